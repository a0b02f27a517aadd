import { Button, Code, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createToken } from '../../contract/people.ts';
import { type Role, roles } from '../../domain/permissions.ts';
import { queryClient } from '../api/client.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { DayInput } from '../ui/day-input.tsx';
import type { Texts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import { CustomersChoice } from './customers-choice.tsx';
import classes from './settings.module.css';

/** Makes a token, and shows its text this once. */
export function TokenDialog({ close }: { close: () => void }) {
  const { t, label, value } = useWords();
  const [role, setRole] = useState<Role>('auditor');
  const [customerIds, setCustomerIds] = useState<string[]>([]);
  const [expiresOn, setExpiresOn] = useState<string | null>(null);
  const [made, setMade] = useState<string>();
  const verb = useVerb(async (send, field: Texts) => {
    const limits = { ...(customerIds.length > 0 && { customerIds }), ...(expiresOn && { expiresOn }) };
    const body = { name: field('name'), role, ...limits };
    setMade((await send(createToken, { body })).token);
    void queryClient.invalidateQueries({ queryKey: ['tokens'] });
  });
  if (made !== undefined) return <MadeToken token={made} close={close} />;
  return (
    <VerbDialog
      title={t('settings.tokens.new')}
      word={t('settings.tokens.make')}
      verb={verb}
      onRun={verb.run}
      onClose={close}
    >
      <TextInput
        name="name"
        label={t('settings.tokens.name')}
        description={t('settings.tokens.nameHelp')}
        required
        maxLength={100}
        autoComplete="off"
        data-autofocus
        error={verb.faultOf('name')}
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
        error={verb.faultOf('customerIds')}
      />
      <DayInput
        bare
        size="sm"
        clearable
        label={t('settings.tokens.expires')}
        description={t('settings.tokens.expiresHelp')}
        value={expiresOn}
        onChange={setExpiresOn}
        error={verb.faultOf('expiresOn')}
      />
    </VerbDialog>
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
