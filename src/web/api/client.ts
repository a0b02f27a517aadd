import { QueryCache, QueryClient } from '@tanstack/react-query';
import { type Client, createClient, ProblemError } from '../../contract/client.ts';
import { underOneIntent } from './intents.ts';
import { enrolmentAddress } from './sign-in-address.ts';

const plain = createClient({ baseUrl: '' });
type AnyCall = (...given: Parameters<Client['call']>) => Promise<unknown>;

/** Asks the reader to confirm that it is still them; answers whether they did. */
let askConfirmation: () => Promise<boolean> = async () => false;

export function onConfirmationNeeded(ask: typeof askConfirmation): void {
  askConfirmation = ask;
}

const confirmed: AnyCall = async (...given) => {
  try {
    return await plain.call(...given);
  } catch (error) {
    if (problemOf(error)?.code !== 'confirmation_needed' || !(await askConfirmation())) throw error;
    return plain.call(...given);
  }
};

const call: AnyCall = async (endpoint, input) => {
  const { idempotencyKey, params, query, body } = (input ?? {}) as Sent;
  // A file is not told apart by this; its import keeps its name itself.
  if (idempotencyKey === undefined || endpoint.bodyType === 'multipart') return confirmed(endpoint, input);
  const sent = JSON.stringify([endpoint.method, endpoint.path, params, query, body]);
  return underOneIntent(
    sent,
    idempotencyKey,
    // The same input, under another name.
    (intent) => confirmed(endpoint, { ...input, idempotencyKey: intent } as typeof input),
    (error) => (problemOf(error)?.code ?? 'unknown_outcome') === 'unknown_outcome',
  );
};

/** The parts of any call's input that say what is asked for. */
type Sent = { idempotencyKey?: string; params?: unknown; query?: unknown; body?: unknown };

/**
 * The one client of this page's own server; the cookie of the session goes along by itself. What needs a confirmed
 * session asks for the confirmation and is then sent again.
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
    mutations: { retry: (count, error) => !(error instanceof ProblemError) && count < 3, networkMode: 'offlineFirst' },
  },
});

/** A new name for one intended write: sent again with every retry, so that it acts once. */
export function newIntent(): string {
  // crypto.randomUUID is missing where a page comes over plain http from another machine.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The refusal of an error, where it is one. */
export function problemOf(error: unknown) {
  return error instanceof ProblemError ? error.problem : undefined;
}
