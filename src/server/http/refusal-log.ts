import { type ProblemCode, problems } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { networkOf } from '../people/network-of.ts';

/** A refused request. `path` is the address as the contract has it: what a client wrote is not logged. */
export type RefusedRequest = {
  code: ProblemCode;
  method: string;
  path: string;
  address: string | undefined;
  requestId: string;
};

/** What was refused is told at once, and what follows of its kind within a minute is counted. */
type Told = { fields: Omit<RefusedRequest, 'requestId'>; since: number; more: number };
type State = { counts: Map<ProblemCode, number>; told: Map<string, Told>; untold: number; sweptAt: number };

const minuteMs = 60_000;
/** More kinds than these within a minute are counted together. */
const mostKinds = 1000;
const states = new WeakMap<App['config'], State>();

function stateOf({ config }: Pick<App, 'config'>): State {
  const known = states.get(config) ?? { counts: new Map(), told: new Map(), untold: 0, sweptAt: 0 };
  states.set(config, known);
  return known;
}

/** Steps of every sign-in: nobody was turned away. */
const expected: readonly ProblemCode[] = ['second_factor_needed', 'enrolment_needed', 'confirmation_needed'];

/**
 * Logs who is turned away for lack of a right, a proof or patience (401, 403, 429), with the address, without e-mail
 * addresses, tokens and the like. One warning for each code, address of the contract and client a minute; a count of the
 * rest follows when the minute is over.
 */
export function noteRefusal(
  app: Pick<App, 'config' | 'log' | 'clock'>,
  { requestId, ...fields }: RefusedRequest,
): void {
  const { code, method, path, address } = fields;
  const { status } = problems[code];
  if ((status !== 401 && status !== 403 && status !== 429) || expected.includes(code)) return;
  const state = stateOf(app);
  state.counts.set(code, (state.counts.get(code) ?? 0) + 1);
  const now = app.clock().getTime();
  if (Math.abs(now - state.sweptAt) >= minuteMs) tellCounts(app, now);
  const kind = [code, method, path, address === undefined ? '' : networkOf(address)].join(' ');
  const before = state.told.get(kind);
  if (before) before.more += 1;
  else if (state.told.size >= mostKinds) state.untold += 1;
  else {
    state.told.set(kind, { fields, since: now, more: 0 });
    app.log.warn({ ...fields, requestId }, 'a request was refused');
  }
}

/** Logs what was counted and is over; everything that was counted where no moment is given, as at the end of a server. */
export function tellCounts(app: Pick<App, 'config' | 'log'>, now?: number): void {
  const state = stateOf(app);
  for (const [kind, { fields, since, more }] of state.told) {
    if (now !== undefined && Math.abs(now - since) < minuteMs) continue;
    state.told.delete(kind);
    if (more > 0) app.log.warn({ ...fields, count: more }, 'more such requests were refused');
  }
  if (state.untold > 0) app.log.warn({ count: state.untold }, 'requests of many more kinds were refused');
  state.untold = 0;
  state.sweptAt = now ?? state.sweptAt;
}

/** How many requests were refused since the start, by code. */
export function refusalCounts(app: Pick<App, 'config'>): ReadonlyMap<ProblemCode, number> {
  return stateOf(app).counts;
}
