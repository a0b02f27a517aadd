import { Button, Group, Modal, Text } from '@mantine/core';
import { useWords } from '../words/use-words.ts';
import type { FormScope } from './form-context.ts';

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
