import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useRef } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { createKey } from '../../contract/keys.ts';
import { useMay } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { FormPage } from '../form/form-page.tsx';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { ContentField } from './content-field.tsx';
import { KeyFields } from './key-fields.tsx';
import type { Key } from './key-kind.tsx';
import { useKey } from './key-record.ts';
import { valuesOf } from './key-values.ts';
import { useBeginnings } from './use-beginnings.ts';
import { useNewKeyForm, useSayKey } from './use-key-form.ts';

/** A new key; with `copy` pre-filled from another, all but the license key or file (K6). */
export function Component() {
  const copy = useSearchParams()[0].get('copy') ?? undefined;
  const source = useKey(copy);
  const begin = useBeginnings();
  if (source.isLoadingError) return <Failure error={source.error} again={() => void source.refetch()} />;
  if (!begin || (copy && !source.data)) return null;
  return <NewKey key={copy ?? ''} begin={begin} source={source.data} />;
}

type Props = { begin: NonNullable<ReturnType<typeof useBeginnings>>; source: Key | undefined };

const describe = describeBody(createKey);

function NewKey({ begin, source }: Props) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const navigate = useNavigate();
  const goesOn = useRef(false);
  const { form, allowSimilar } = useNewKeyForm(
    source ? { ...valuesOf(source), delivery: source.delivery } : { ...begin.values, delivery: 'key' },
    source ? `keys/new/${source.id}` : 'keys/new',
    (key) => {
      const open = { word: t('keys.openKey'), run: () => void navigate(`/keys/${key.id}`) };
      toast({
        title: t('keys.created', { key: shortMaskOf(key.maskedKey, words), product: key.product.name }),
        body: key.warnings?.map(({ detail }) => detail).join(' '),
        ...(goesOn.current && { action: open }),
      });
      // At once: what is typed next must not get into the form that is gone.
      void navigate(goesOn.current ? `/keys/new?copy=${key.id}` : `/keys/${key.id}`, { flushSync: true });
    },
  );
  const saveAndNext = async (): Promise<void> => {
    goesOn.current = true;
    await form.submit();
    goesOn.current = false;
  };
  return (
    <FormPage
      form={form}
      record="key"
      describe={describe}
      readOnly={!may('keys.create')}
      say={useSayKey()}
      isNew
      title={source ? t('keys.duplicateOf', { product: source.product.name }) : t('keys.new')}
      actions={
        may('keys.create') ? (
          <Button variant="default" rightSection={<IconArrowRight size={16} />} onClick={() => void saveAndNext()}>
            {t('keys.saveAndNext')}
          </Button>
        ) : (
          <span className="help">{t('keys.why.role')}</span>
        )
      }
    >
      <KeyFields
        item={undefined}
        chosen={source ?? begin.chosen}
        first={<ContentField onAllowSimilar={allowSimilar} />}
      />
    </FormPage>
  );
}
