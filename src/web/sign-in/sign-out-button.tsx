import { Button } from '@mantine/core';
import { useNavigate } from 'react-router';
import { closeSession } from '../../contract/people.ts';
import { client, queryClient } from '../api/client.ts';
import { setSessionState } from '../api/session-state.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';

/** The way out for whoever does not finish signing in. */
export function SignOutButton() {
  const { t } = useWords();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    try {
      await client.call(closeSession);
      queryClient.clear();
      setSessionState('none');
      await navigate('/sign-in');
    } catch {
      toast({ title: t('failed.connection'), refused: true });
    }
  };
  return (
    <Button variant="subtle" fullWidth onClick={() => void signOut()}>
      {t('account.signOut')}
    </Button>
  );
}
