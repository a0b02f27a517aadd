import { Button, Code, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createToken } from '../../contract/people.ts';
import { type Role, roles } from '../../domain/permissions.ts';
import { client, newIntent, queryClient } from '../api/client.ts';
import { useSubmit } from '../sign-in/use-submit.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { DayInput } from '../ui/day-input.tsx';
import { faultAt } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import { CustomersChoice } from './customers-choice.tsx';
import { FormDialog } from './form-dialog.tsx';
import classes from './settings.module.css';

/** Makes a token, and shows its text this once. */
export function TokenDialog({ close }: { close: () => void }) {
  const words = useWords();
  const { t, label, value } = words;
  const [role, setRole] = useState<Role>('auditor');
  const [customerIds, setCustomerIds] = useState<string[]>([]);
  const [expiresOn, setExpiresOn] = useState<string | null>(null);
  const [made, setMade] = useState<string>();
  const sending = useSubmit(async (field) => {
    const limits = { ...(customerIds.length > 0 && { customerIds }), ...(expiresOn && { expiresOn }) };
    const body = { name: field('name'), role, ...limits };
    setMade((await client.call(createToken, { body, idempotencyKey: newIntent() })).token);
    void queryClient.invalidateQueries({ queryKey: ['tokens'] });
  });
  if (made !== undefined) return <MadeToken token={made} close={close} />;
  return (
    <FormDialog title={t('settings.tokens.new')} verb={t('settings.tokens.make')} sending={sending} close={close}>
      <TextInput
        name="name"
        label={t('settings.tokens.name')}
        description={t('settings.tokens.nameHelp')}
        required
        maxLength={100}
        autoComplete="off"
        data-autofocus
        error={faultAt(sending.error, 'name', words)}
      />
      <Select
        label={label('user', 'role')}
        data={roles.map((known) => ({ value: known, label: value('role', known) }))}
        value={role}
        // The options are the roles.
        onChange={(chosen) => chosen && setRole(chosen as Role)}
        allowDeselect={false}
        required
      />
      <CustomersChoice
        description={t('settings.tokens.customersHelp')}
        value={customerIds}
        onChange={setCustomerIds}
        error={faultAt(sending.error, 'customerIds', words)}
      />
      <DayInput
        bare
        size="sm"
        clearable
        label={t('settings.tokens.expires')}
        description={t('settings.tokens.expiresHelp')}
        value={expiresOn}
        onChange={setExpiresOn}
        error={faultAt(sending.error, 'expiresOn', words)}
      />
    </FormDialog>
  );
}

function MadeToken({ token, close }: { token: string; close: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={close}
      title={t('settings.tokens.madeTitle')}
      withCloseButton={false}
      closeOnClickOutside={false}
    >
      <Stack gap={12}>
        <Text>{t('settings.tokens.madeBody')}</Text>
        <Code className={classes.code ?? ''}>{token}</Code>
        <Group justify="flex-end" gap={8}>
          <CopyText text={token} />
          <Button onClick={close}>{t('settings.tokens.kept')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
