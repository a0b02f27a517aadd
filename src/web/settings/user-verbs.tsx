import { Divider, Group, Text } from '@mantine/core';
import { disableUser, updateUser } from '../../contract/people.ts';
import { endUserSessions, resetSecondFactor } from '../../contract/sign-in.ts';
import { readAnew } from '../api/client.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import type { User } from './users.tsx';

type Props = { user: User; isMe: boolean; close: () => void };

/** What can be done about a user's access. */
export function UserVerbs({ user, isMe, close }: Props) {
  const { t } = useWords();
  const { id, name, disabled } = user;
  // Whatever else is changed meanwhile: done twice, it is done.
  const ifMatch = '*';
  const params = { id };
  const after = (said: string, onDone?: () => void) => ({
    said,
    refusals: 'toast' as const,
    onDone: () => {
      readAnew();
      onDone?.();
    },
  });
  const disabling = useVerb(
    (send) => send(disableUser, { params, ifMatch }),
    after(t('settings.users.wasDisabled', { name }), close),
  );
  const enabling = useVerb(
    (send) => send(updateUser, { params, body: { disabled: false }, ifMatch }),
    after(t('settings.users.wasEnabled', { name }), close),
  );
  const signingOut = useVerb(
    (send) => send(endUserSessions, { params }),
    after(t('settings.users.signedOut', { name })),
  );
  const resetting = useVerb(
    (send) => send(resetSecondFactor, { params }),
    after(t('settings.users.factorRemoved', { name })),
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
          <VerbButton loading={enabling.busy} onClick={() => void enabling.run()}>
            {t('settings.users.enable')}
          </VerbButton>
        ) : (
          <VerbButton c="var(--kb-danger)" why={why} loading={disabling.busy} onClick={() => void disabling.run()}>
            {t('settings.users.disable')}
          </VerbButton>
        )}
        <VerbButton why={why} loading={signingOut.busy} onClick={() => void signingOut.run()}>
          {t('settings.users.signOut')}
        </VerbButton>
        <VerbButton why={why} loading={resetting.busy} onClick={() => void resetting.run()}>
          {t('settings.users.removeFactor')}
        </VerbButton>
      </Group>
    </>
  );
}
