import type { Client } from '../../contract/client.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { client, problemOf } from '../api/client.ts';
import { sentAs, underOneIntent } from './intents.ts';

/** Sends one verb: an endpoint and what it takes, as the client's `call`. */
export type Send = Client['call'];

type Input = { params?: unknown; query?: unknown; body?: unknown; ifMatch?: number | '*' };
type Call = (endpoint: Endpoint, input?: Input & { idempotencyKey?: string }) => Promise<unknown>;
type Ways = {
  /** Told whenever an answer is lost and the verb is sent again. */
  onAgain?: () => void;
  wait?: (ms: number) => Promise<void>;
};

/** How long after a lost answer the next try begins; there are no more tries than these and the first. */
const pausesMs = [400, 1600];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// An endpoint's own types are those of whoever sends it; here it is any.
const call = client.call as Call;

/**
 * The one way in which a screen sends what changes something. Where no answer comes, or one that says that the outcome
 * is not known, it is sent again a few times, if it can be known to act once all the same:
 *
 * - a POST that the server remembers goes under one name (`underOneIntent`);
 * - a PATCH or DELETE is safe by itself: it names the version that it changes, or what it takes away. What the second
 *   try is answered after the first was done is judged by `doneBefore`;
 * - any other POST is sent once: nobody could tell whether it would act twice.
 */
export function sender({ onAgain = () => undefined, wait = pause }: Ways = {}): Send {
  const untilAnswered = async (
    send: () => Promise<unknown>,
    judge?: (refused: unknown) => Promise<unknown>,
  ): Promise<unknown> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await send();
      } catch (error) {
        const pauseMs = pausesMs[tries];
        if (!isLost(error)) {
          if (tries > 0 && judge) return judge(error);
          throw error;
        }
        if (pauseMs === undefined) throw error;
        onAgain();
        await wait(pauseMs);
      }
    }
  };
  const send: Call = (endpoint, input = {}) => {
    const { method, path, replay } = endpoint;
    if (method !== 'POST')
      return untilAnswered(
        () => call(endpoint, input),
        (refused) => doneBefore(endpoint, input, refused),
      );
    if (replay === undefined || replay === 'never') return call(endpoint, input);
    const { params, query, body } = input;
    return underOneIntent(
      sentAs([path, params, query, body]),
      (intent) => untilAnswered(() => call(endpoint, { ...input, idempotencyKey: intent })),
      isLost,
    );
  };
  // What goes in and out of a verb is what its endpoint takes and gives.
  return send as Send;
}

/** Nothing came back, or something that is not the server's own: what was asked for may be done. */
function isLost(error: unknown): boolean {
  return (problemOf(error)?.code ?? 'unknown_outcome') === 'unknown_outcome';
}

/**
 * A change was sent again after its answer was lost, and is refused now. Where that is because the first try was done,
 * it is done: what was to go is not there any more (where somebody else was faster it is just as gone), or the record is
 * one version on and reads as it was to. Anything else is refused as ever: at worst somebody sees both versions of a
 * record although theirs is saved.
 */
async function doneBefore(endpoint: Endpoint, { params, body, ifMatch }: Input, refused: unknown): Promise<unknown> {
  const code = problemOf(refused)?.code;
  if (endpoint.method === 'DELETE' && (code === 'not_found' || code === 'already_removed')) return undefined;
  if (endpoint.method !== 'PATCH' || code !== 'stale' || typeof ifMatch !== 'number') throw refused;
  const reading: Endpoint = { ...endpoint, method: 'GET' };
  // One that cannot be read now proves nothing.
  const now = await call(reading, { params }).catch(() => undefined);
  if (isRecord(now) && now.version === ifMatch + 1 && isRecord(body) && readsAs(now, body)) return now;
  throw refused;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether each member of a body stands in the record as it was sent; a reference stands there with its name. */
function readsAs(now: Record<string, unknown>, body: Record<string, unknown>): boolean {
  return Object.entries(body).every(([name, value]) => {
    const referred = now[name.replace(/Id$/, '')];
    const stands = name in now ? now[name] : isRecord(referred) ? referred.id : undefined;
    return JSON.stringify(stands) === JSON.stringify(value);
  });
}
