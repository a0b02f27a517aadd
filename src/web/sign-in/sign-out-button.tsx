import { Button } from '@mantine/core';
import { closeSession } from '../../contract/people.ts';
import { useWords } from '../words/use-words.ts';
import { useLeaving } from './use-leaving.ts';

/** The way out for whoever does not finish signing in. */
export function SignOutButton() {
  const { t } = useWords();
  const leaving = useLeaving(closeSession);
  return (
    <Button variant="subtle" fullWidth loading={leaving.busy} onClick={() => void leaving.run()}>
      {t('account.signOut')}
    </Button>
  );
}
