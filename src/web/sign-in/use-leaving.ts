import { useNavigate } from 'react-router';
import type { endSessions } from '../../contract/sign-in.ts';
import { problemOf, queryClient } from '../api/client.ts';
import { setSessionState } from '../api/session-state.ts';
import { useVerb, type Verb } from '../verb/use-verb.ts';

/** Ends the session one is in, alone or with one's others, and leads to the door. Without a session it is ended already. */
export function useLeaving(ending: typeof endSessions, said?: string): Verb<void> {
  const navigate = useNavigate();
  return useVerb(
    async (send) => {
      try {
        await send(ending);
      } catch (error) {
        if (problemOf(error)?.code !== 'unauthenticated') throw error;
      }
    },
    {
      ...(said !== undefined && { said }),
      refusals: 'toast',
      onDone: () => {
        queryClient.clear();
        setSessionState('none');
        return navigate('/sign-in');
      },
    },
  );
}
