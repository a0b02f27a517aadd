import { Alert, Button, Group, Kbd, Modal, Text } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { PageHead } from '../ui/page-head.tsx';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './form.module.css';
import { FormProvider, type FormScope } from './form-context.ts';
import { StaleDialog } from './stale-dialog.tsx';

type Props = FormScope & {
  title: string;
  /** Beside the title: a code, a badge. */
  beside?: ReactNode;
  /** The status bar, at the top right. */
  status?: ReactNode;
  /** The verbs of the record. */
  actions?: ReactNode;
  /** A new record: Save is always there. */
  isNew?: boolean;
  children: ReactNode;
  /** The record as it is now, when somebody else has saved meanwhile. */
  stale?: { theirs: Record<string, unknown>; keepMine: () => void; takeTheirs: () => void } | undefined;
  below?: ReactNode;
};

/** Read and edit are one page: Save and Discard appear when something has changed. */
export function RecordPage({ title, beside, status, actions, isNew = false, children, stale, below, ...scope }: Props) {
  const { t } = useWords();
  const { form, readOnly } = scope;
  const canSave = !readOnly && (isNew || form.changed.length > 0);
  const general =
    form.problem && !(form.problem.errors ?? []).some(({ pointer }) => pointer.length > 1) ? form.refusal : undefined;
  return (
    <FormProvider value={scope}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit();
        }}
      >
        <PageHead title={title} beside={beside}>
          {status}
        </PageHead>
        <div className={classes.bar} role="toolbar" aria-label={t('form.actions')}>
          {canSave && (
            <>
              <Button
                type="submit"
                loading={form.busy}
                leftSection={<IconDeviceFloppy size={16} />}
                rightSection={<Kbd size="xs">Ctrl S</Kbd>}
              >
                {t('form.save')}
              </Button>
              {form.changed.length > 0 && (
                <Button variant="default" onClick={form.discard}>
                  {t('form.discard')}
                </Button>
              )}
            </>
          )}
          {actions}
          {!isNew && form.changed.length > 0 && (
            <span className={classes.unsaved}>{t('form.unsaved', { count: form.changed.length })}</span>
          )}
        </div>
        <VerbNotice verb={{ isAgain: form.isAgain, error: undefined }} />
        {(general !== undefined || form.lost || form.problem) && (
          <Alert className={classes.problem ?? ''} color="red" variant="light" role="alert">
            {form.lost ? t('form.lost') : (general ?? t('form.faults'))}
          </Alert>
        )}
        <div className={classes.form}>{children}</div>
      </form>
      {below}
      <LeaveDialog form={form} />
      {stale && <StaleDialog {...stale} />}
    </FormProvider>
  );
}

/** Asks before unsaved changes are left behind. */
export function LeaveDialog({ form: { leaving } }: Pick<FormScope, 'form'>) {
  const { t } = useWords();
  if (!leaving) return null;
  return (
    <Modal opened onClose={leaving.stay} title={t('form.leaveTitle')}>
      <Text mb={16}>{t('form.leaveBody')}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={leaving.leave}>
          {t('form.leave')}
        </Button>
        <Button onClick={leaving.stay} data-autofocus>
          {t('form.stay')}
        </Button>
      </Group>
    </Modal>
  );
}

/** Fields under a heading, in three columns, two, or one. */
export function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section>
      {title && <h2 className={classes.sectionTitle}>{title}</h2>}
      <div className={classes.fields}>{children}</div>
    </section>
  );
}
