import { Divider, Group, Text } from '@mantine/core';
import { disableUser, updateUser } from '../../contract/people.ts';
import { endUserSessions, resetSecondFactor } from '../../contract/sign-in.ts';
import { client } from '../api/client.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { useAction } from './use-action.ts';
import type { User } from './users.tsx';

type Props = { user: User; isMe: boolean; close: () => void };

/** What can be done about a user's access. */
export function UserVerbs({ user, isMe, close }: Props) {
  const { t } = useWords();
  const { id, name, version: ifMatch, disabled } = user;
  const params = { id };
  const disabling = useAction(
    () => client.call(disableUser, { params, ifMatch }),
    t('settings.users.wasDisabled', { name }),
    close,
  );
  const enabling = useAction(
    () => client.call(updateUser, { params, body: { disabled: false }, ifMatch }),
    t('settings.users.wasEnabled', { name }),
    close,
  );
  const signingOut = useAction(() => client.call(endUserSessions, { params }), t('settings.users.signedOut', { name }));
  const resetting = useAction(
    () => client.call(resetSecondFactor, { params }),
    t('settings.users.factorRemoved', { name }),
  );
  const why = isMe ? t('settings.users.ownInAccount') : undefined;
  return (
    <>
      <Divider />
      <Text c="var(--kb-ink-2)" fz={12}>
        {t('settings.users.forgotten')} <code>keybook user reset {user.email}</code>
      </Text>
      <Group gap={8}>
        {disabled ? (
          <VerbButton loading={enabling.isPending} onClick={() => enabling.mutate()}>
            {t('settings.users.enable')}
          </VerbButton>
        ) : (
          <VerbButton c="var(--kb-danger)" why={why} loading={disabling.isPending} onClick={() => disabling.mutate()}>
            {t('settings.users.disable')}
          </VerbButton>
        )}
        <VerbButton why={why} loading={signingOut.isPending} onClick={() => signingOut.mutate()}>
          {t('settings.users.signOut')}
        </VerbButton>
        <VerbButton why={why} loading={resetting.isPending} onClick={() => resetting.mutate()}>
          {t('settings.users.removeFactor')}
        </VerbButton>
      </Group>
    </>
  );
}
