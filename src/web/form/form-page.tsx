import { Alert, Button, Group, Kbd } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { PageHead } from '../ui/page-head.tsx';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './form.module.css';
import { FormProvider, type FormScope } from './form-context.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import { StaleDialog } from './stale-dialog.tsx';

type Props = FormScope & {
  title: string;
  /** The last characters of what the title names, as `PageHead` has them. */
  mark?: string | undefined;
  /** Where the record stands, at the top right. */
  status?: ReactNode;
  /** What can be done beside saving. */
  actions?: ReactNode;
  /** A new record: it is saved or left, there is nothing to go back to. */
  isNew?: boolean;
  /** The record as it is now, when somebody else has saved meanwhile. */
  stale?: Stale | undefined;
  children: ReactNode;
};
export type Stale = { theirs: Record<string, unknown>; keepMine: () => void; takeTheirs: () => void };

/** The page of a record while it is written: a new one, or one that is edited. */
export function FormPage({ title, mark, status, actions, isNew = false, stale, children, ...scope }: Props) {
  const { form } = scope;
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Who presses Edit wants to write.
    if (!isNew) fields.current?.querySelector<HTMLElement>('input:not([type=hidden]), textarea')?.focus();
  }, [isNew]);
  return (
    <FormProvider value={scope}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isNew || form.changed.length > 0) void form.submit();
          else form.discard();
        }}
      >
        <PageHead title={title} mark={mark}>
          {status}
        </PageHead>
        <Bar {...scope} isNew={isNew} actions={actions} />
        <VerbNotice verb={{ isAgain: form.isAgain, error: undefined }} />
        <Refused form={form} />
        <div className={classes.form} ref={fields}>
          {children}
        </div>
      </form>
      <LeaveDialog form={form} />
      {stale && <StaleDialog {...stale} />}
    </FormProvider>
  );
}

function Bar({ form, readOnly, isNew, actions }: FormScope & { isNew: boolean; actions: ReactNode }) {
  const { t } = useWords();
  const count = form.changed.length;
  return (
    <Group gap={8} className={classes.bar ?? ''} role="toolbar" aria-label={t('form.actions')}>
      {!readOnly && (
        <Button
          type="submit"
          loading={form.busy}
          leftSection={<IconDeviceFloppy size={16} />}
          rightSection={<Kbd size="xs">Ctrl S</Kbd>}
        >
          {t('form.save')}
        </Button>
      )}
      {!isNew && (
        <Button variant="default" onClick={form.discard}>
          {t('verb.cancel')}
        </Button>
      )}
      {isNew && !readOnly && count > 0 && (
        <Button variant="default" onClick={form.discard}>
          {t('form.discard')}
        </Button>
      )}
      {actions}
      {!isNew && count > 0 && <span className={classes.unsaved}>{t('form.unsaved', { count })}</span>}
    </Group>
  );
}

/** What was refused or lost beside single fields. */
function Refused({ form }: Pick<FormScope, 'form'>) {
  const { t } = useWords();
  if (!form.problem && !form.lost) return null;
  const isOfFields = (form.problem?.errors ?? []).some(({ pointer }) => pointer.length > 1);
  const general = isOfFields ? undefined : form.refusal;
  return (
    <Alert mx="var(--kb-edge)" mt={12} color="red" variant="light" role="alert">
      {form.lost ? t('form.lost') : (general ?? t('form.faults'))}
    </Alert>
  );
}
