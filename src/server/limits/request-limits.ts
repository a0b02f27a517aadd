import { createHash } from 'node:crypto';
import type { Endpoint } from '../../contract/endpoint.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { ClientGone } from '../http/request.ts';
import { networkOf } from '../people/network-of.ts';

type Bucket = { left: number; at: number };
type Places = { taken: number; waiting: (() => void)[] };

/** Of people, and of networks, so many are counted at once; of more, whichever was quiet longest is forgotten. */
const mostCounted = 10_000;
/**
 * What costs much, so much of it at a time for each person, and so many more wait their turn. Any list may, sorted by what is
 * worked out; Ctrl K searches three. Together they are fewer than the connections to PostgreSQL, which are there for others too.
 */
const atOnce = { import: 1, read: 2, write: 2, list: 4, longList: 1 };
/** Of all people together: each holds a file and the writer again and again. */
const atOnceOfAll = { import: 4 };
/** Of pages more: a browser that is opened again reads all that its tabs show. */
const mostWaiting = { import: 20, read: 20, write: 20, list: 100, longList: 100 };
const longestWaitMs = 30_000;
/** Of people nobody knows, one network may ask so much less than somebody signed in. */
const anonymousShare = 4;

/** Apart, so that whoever commands very many addresses makes nobody known forgotten. */
type Counts = {
  people: Map<string, Bucket>;
  networks: Map<string, Bucket>;
  places: Map<string, Places>;
  /** Digests of sessions and tokens that were good when they were last looked up; the newest last. */
  good: Set<string>;
};
const counts = new WeakMap<App['config'], Counts>();

function countsOf({ config }: App): Counts {
  const known = counts.get(config) ?? {
    people: new Map(),
    networks: new Map(),
    places: new Map(),
    good: new Set<string>(),
  };
  counts.set(config, known);
  return known;
}

/** Counts one request of a person, whatever session or token it came by; refuses who asks too often. */
export function countRequest(app: App, actorId: string): void {
  spend(app, countsOf(app).people, actorId, app.config.requestsPerMinute);
}

/** Counts one request that shows nobody's sign-in; all addresses of one network are one client. */
export function countAnonymous(app: App, address: string | undefined): void {
  if (address === undefined) return;
  spend(app, countsOf(app).networks, networkOf(address), app.config.requestsPerMinute / anonymousShare);
}

/** A bucket that fills evenly and holds a minute's worth. 0 is no limit. */
function spend(app: App, buckets: Map<string, Bucket>, name: string, perMinute: number): void {
  if (perMinute === 0) return;
  const now = app.clock().getTime();
  const bucket = buckets.get(name) ?? { left: perMinute, at: now };
  const perMs = perMinute / 60_000;
  // A clock that is set back takes nothing away.
  bucket.left = Math.min(perMinute, bucket.left + Math.max(0, now - bucket.at) * perMs);
  bucket.at = now;
  if (bucket.left < 1) throw tooOften(`${perMinute} requests within a minute`, (1 - bucket.left) / perMs);
  bucket.left -= 1;
  // Behind the others, so that the first of all is the one that was quiet longest.
  buckets.delete(name);
  buckets.set(name, bucket);
  const [oldest] = buckets.keys();
  if (buckets.size > mostCounted && oldest !== undefined) buckets.delete(oldest);
}

function tooOften(what: string, waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const words = `That is more than ${what}, as much as one may. Go on in ${retryAfterSeconds} seconds.`;
  return new AppError('too_many_requests', words, [], { retryAfterSeconds });
}

/** What a request costs: an import or a rehearsal of one, a read or a change of very many rows, a page of a list; undefined for all else. */
function costOf({ costs, list }: Endpoint, { url }: Asking): keyof typeof atOnce | undefined {
  if (costs !== undefined || !list) return costs;
  const search = new URL(url).searchParams;
  if (search.get('groupBy')) return 'read';
  return isLong(search) ? 'longList' : 'list';
}

/** A page that is sorted by several fields, far behind, or of many filters: all rows may be gone through for it. */
function isLong(search: URLSearchParams): boolean {
  return (
    search.get('sort')?.includes(',') === true || Number(search.get('offset')) > 1000 || search.toString().length > 2000
  );
}

/** What a request asks, and whether its client is still there. */
type Asking = Pick<Request, 'url' | 'signal'>;

/**
 * Waits for a place for what costs much: each person has one for imports, two for reads, two for changes, and four for
 * pages of lists, which so wait for no export, but one of those that are long; imports of all people together have four. Answers how to give it back. Refuses
 * where twenty wait already, of pages a hundred, and who waited half a minute. A client that leaves waits no longer.
 */
export async function takePlace(
  app: App,
  actorId: string,
  endpoint: Endpoint,
  request: Asking,
): Promise<(() => void) | undefined> {
  const cost = costOf(endpoint, request);
  if (cost === undefined) return undefined;
  const { places } = countsOf(app);
  const waiting = mostWaiting[cost];
  const leave = await placeIn(places, `${cost} ${actorId}`, { most: atOnce[cost], waiting, request });
  if (cost !== 'import') return leave;
  try {
    const leaveAll = await placeIn(places, cost, { most: atOnceOfAll[cost], waiting, request });
    return () => {
      leaveAll();
      leave();
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Whose a request is, is looked up before anything of it is counted: of one network so many at a time. */
const lookUps = { most: 20, waiting: 1000 };

const mostGood = 10_000;

type Credential = { address: string | undefined; request: Asking; credential: string };

/**
 * Looks up whose a request is. Nobody of another network waits for it, however many come at once, and nobody whose session or
 * token was good before; of others of one network, too many are refused.
 */
export async function lookingUp<Found>(
  app: App,
  { address, request, credential }: Credential,
  lookUp: () => Promise<Found>,
): Promise<Found> {
  if (address === undefined) return lookUp();
  const { places, good } = countsOf(app);
  const digest = createHash('sha256').update(credential).digest('base64');
  const line = good.has(digest) ? digest : networkOf(address);
  const leave = await placeIn(places, `who ${line}`, { ...lookUps, request });
  try {
    const found = await lookUp();
    good.delete(digest);
    if (found !== undefined) good.add(digest);
    const [oldest] = good;
    if (good.size > mostGood && oldest !== undefined) good.delete(oldest);
    return found;
  } finally {
    leave();
  }
}

type Room = { most: number; waiting: number; request: Asking };

async function placeIn(places: Counts['places'], name: string, room: Room): Promise<() => void> {
  const own = places.get(name) ?? { taken: 0, waiting: [] };
  places.set(name, own);
  if (own.taken < room.most) own.taken += 1;
  else await turnOf(own, room);
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    const next = own.waiting.shift();
    // Whoever waits first gets the place as it is.
    if (next) next();
    else own.taken -= 1;
    if (own.taken === 0) places.delete(name);
  };
}

function turnOf({ waiting }: Places, { most, waiting: mostOf, request: { signal } }: Room): Promise<void> {
  const refused = () =>
    tooOften(
      `${most} of what costs much at once, such as exports, searches, changes of many records, and finding out who asks`,
      longestWaitMs,
    );
  if (signal.aborted) throw new ClientGone();
  if (waiting.length >= mostOf) throw refused();
  return new Promise((resolve, reject) => {
    const ended = () => {
      clearTimeout(late);
      signal.removeEventListener('abort', gone);
    };
    const go = () => {
      ended();
      resolve();
    };
    const giveUp = (refusal: AppError) => {
      ended();
      waiting.splice(waiting.indexOf(go), 1);
      reject(refusal);
    };
    const gone = () => giveUp(new ClientGone());
    const late = setTimeout(() => giveUp(refused()), longestWaitMs);
    signal.addEventListener('abort', gone);
    waiting.push(go);
  });
}

/** The same answer; `done` is told when it has gone out whole, broke off, or was left. */
export function whenSent(body: unknown, done: () => void): unknown {
  if (!(body instanceof ReadableStream)) {
    done();
    return body;
  }
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done: isEnd, value } = await reader.read();
        if (!isEnd) return controller.enqueue(value);
        done();
        controller.close();
      } catch (error) {
        done();
        controller.error(error);
      }
    },
    async cancel(reason) {
      done();
      await reader.cancel(reason);
    },
  });
}
