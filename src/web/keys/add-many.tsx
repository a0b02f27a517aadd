import { useMemo, useState } from 'react';
import { createKey, createKeys } from '../../contract/keys.ts';
import { useMay } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { FormProvider } from '../form/form-context.ts';
import { LeaveDialog } from '../form/leave-dialog.tsx';
import { useRecordForm } from '../form/use-record-form.ts';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';
import { AddManyFoot } from './add-many-foot.tsx';
import { AddManyHeader } from './add-many-header.tsx';
import { aboutHeader, batchBodies, takenPlaces } from './batch.ts';
import { Created } from './created.tsx';
import { judgeLines, mayBeCreated } from './judged-lines.ts';
import type { Key } from './key-kind.tsx';
import { afterKeys } from './key-record.ts';
import { PastedKeys } from './pasted-keys.tsx';
import { readLines } from './pasted-lines.ts';
import { useBeginnings } from './use-beginnings.ts';
import { useProposals, useSayKey } from './use-key-form.ts';
import { useKnownKeys } from './use-known-keys.ts';

/** Many keys at once: one header, a license key on each line; all are created, or none (K14). */
export function Component() {
  const begin = useBeginnings();
  return begin ? <AddMany begin={begin} /> : null;
}

const describe = describeBody(createKey);

function AddMany({ begin: { values: initial, chosen } }: { begin: NonNullable<ReturnType<typeof useBeginnings>> }) {
  const { t } = useWords();
  const may = useMay();
  const [created, setCreated] = useState<Key[]>();
  const plain = useRecordForm({
    draft: 'keys/add-many',
    initial,
    // The pasted lines are the form's license key: no draft keeps them.
    save: async ({ licenseKey: _, ...changed }, send) => {
      const keys = batchBodies({ ...initial, ...changed }, ready);
      try {
        return await send(createKeys, { body: { keys }, query: {} });
      } catch (error) {
        const places = takenPlaces(error);
        tell(new Map(ready.flatMap(({ key }, i) => (key && places.has(i) ? [[key.loose, true] as const] : []))));
        throw aboutHeader(error);
      }
    },
    onSaved: ({ items }) => {
      setCreated(items);
      void afterKeys();
    },
  });
  const form = useProposals(plain, true);
  const text = typeof form.values.licenseKey === 'string' ? form.values.licenseKey : '';
  const read = useMemo(() => readLines(text), [text]);
  const { known, tell } = useKnownKeys(read);
  const lines = useMemo(() => judgeLines(read, known), [read, known]);
  const ready = lines.filter(mayBeCreated);
  return (
    <FormProvider value={{ form, record: 'key', describe, readOnly: !may('keys.create'), say: useSayKey() }}>
      <PageHead title={t('keys.many.title')} beside={<span className="help">{t('keys.many.intro')}</span>} />
      {created ? (
        <Created keys={created} again={() => setCreated(undefined)} />
      ) : (
        <form
          className={classes.page}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (ready.length > 0) void form.submit();
          }}
        >
          <AddManyHeader chosen={chosen} />
          <PastedKeys text={text} lines={lines} />
          <AddManyFoot text={text} lines={lines} />
        </form>
      )}
      <LeaveDialog form={form} />
    </FormProvider>
  );
}
