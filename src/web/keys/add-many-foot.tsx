import { Alert, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useForm } from '../form/form-context.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';
import { type JudgedLine, mayBeCreated } from './judged-lines.ts';
import { withoutLines } from './pasted-lines.ts';

/** Creates what is ready, all or none; what is not is left out, and can be taken out of the text. */
export function AddManyFoot({ text, lines }: { text: string; lines: readonly JudgedLine[] }) {
  const { t, number } = useWords();
  const { form, readOnly } = useForm();
  const bad = lines.filter((line) => !mayBeCreated(line)).map((line) => line.number);
  const count = lines.length - bad.length;
  const why = readOnly ? t('keys.why.role') : count === 0 ? t('keys.many.nothing') : undefined;
  const words = t('keys.many.create', { count, number: number(count) });
  return (
    <>
      <VerbNotice verb={{ isAgain: form.isAgain, error: undefined }} />
      {(form.problem || form.lost) && (
        <Alert color="red" variant="light" role="alert" className={classes.problem ?? ''}>
          {form.lost ? t('form.lost') : t('keys.many.refused')} {!form.problem?.errors?.length && form.refusal}
        </Alert>
      )}
      <footer className={classes.foot}>
        {why === undefined ? (
          <Button type="submit" loading={form.busy} leftSection={<IconPlus size={16} />}>
            {words}
          </Button>
        ) : (
          <VerbButton why={why} leftSection={<IconPlus size={16} />} onClick={() => undefined}>
            {words}
          </VerbButton>
        )}
        <Button component={Link} to="/keys" variant="default">
          {t('keys.cancel')}
        </Button>
        <span className={classes.note}>
          {bad.length > 0 && `${t('keys.many.leftOut', { count: bad.length, number: number(bad.length) })} `}
          {count > 1 && t('keys.many.allOrNone')}
        </span>
        {bad.length > 0 && (
          <Button variant="subtle" onClick={() => form.set('licenseKey', withoutLines(text, new Set(bad)))}>
            {t('keys.many.removeBad', { count: bad.length, number: number(bad.length) })}
          </Button>
        )}
      </footer>
    </>
  );
}
