import { QueryCache, QueryClient } from '@tanstack/react-query';
import { type Client, createClient, ProblemError } from '../../contract/client.ts';
import { enrolmentAddress } from './sign-in-address.ts';

const plain = createClient({ baseUrl: '' });
type AnyCall = (...given: Parameters<Client['call']>) => Promise<unknown>;

/** Asks the reader to confirm that it is still them; answers whether they did. */
let askConfirmation: () => Promise<boolean> = async () => false;

export function onConfirmationNeeded(ask: typeof askConfirmation): void {
  askConfirmation = ask;
}

const call: AnyCall = async (...given) => {
  try {
    return await plain.call(...given);
  } catch (error) {
    if (problemOf(error)?.code !== 'confirmation_needed' || !(await askConfirmation())) throw error;
    return plain.call(...given);
  }
};

/**
 * The one client of this page's own server; the cookie of the session goes along by itself. What needs a confirmed
 * session asks for the confirmation and is then sent again. Screens read with it; what changes something goes through
 * `verb/send.ts`.
 */
// What goes in and out of a call is what the plain client's own call takes and gives.
export const client: Client = { call: call as Client['call'] };

let isLeaving = false;

/** The organisation may come to require a second factor while a screen is open: all its reads say so, one leads there. */
function leadToEnrolment(error: unknown): void {
  const { pathname, search } = window.location;
  if (isLeaving || problemOf(error)?.code !== 'enrolment_needed' || pathname === '/sign-in') return;
  isLeaving = true;
  window.location.assign(enrolmentAddress(pathname + search));
}

/** What is read stays fresh for a moment; a refusal is an answer, so only a lost connection is tried again. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leadToEnrolment }),
  defaultOptions: {
    queries: { staleTime: 1_000, retry: (count, error) => !(error instanceof ProblemError) && count < 3 },
  },
});

/** After what any screen may show: everything that is shown is read again. */
export function readAnew(): void {
  void queryClient.invalidateQueries();
}

/** The refusal of an error, where it is one. */
export function problemOf(error: unknown) {
  return error instanceof ProblemError ? error.problem : undefined;
}
