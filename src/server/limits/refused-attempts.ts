import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Endpoint } from '../../contract/endpoint.ts';
import { type ReadDb, reading } from '../../db/open.ts';
import type { RefusedAttemptTable } from '../../db/tables.ts';
import { type AppError, problems } from '../../domain/errors.ts';
import { readHead } from '../audit/head.ts';
import { change } from '../change.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { Actor, App, Settings } from '../context.ts';
import type { Condition } from '../list/run-list.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

/** A known actor's refused request. `target` is what the path names, as the client wrote it. */
export type Refused = {
  actor: Actor;
  settings: Settings;
  address: string | undefined;
  endpoint: Endpoint;
  target: string | undefined;
  error: AppError;
};

type Who = Pick<Refused, 'actor' | 'address'>;

const minuteMs = 60_000;

function lastMinute(app: App): { since: string; until: string } {
  return spanBefore(app.clock(), minuteMs);
}

/** Whether the last count was begun within the last minute, by this server's clock. */
function isOfLastMinute(app: App): Condition {
  const { since, until } = lastMinute(app);
  return sql<SqlBool>`(refused_attempt.since > ${since} and refused_attempt.since <= ${until})`;
}

/**
 * Whether a refusal is recorded: what one may not do, what was done too often, and a change of what does not exist for
 * somebody limited to certain customers, since it may exist for others.
 */
function isRecorded({ actor, endpoint: { method }, error: { code } }: Refused): boolean {
  const { status } = problems[code];
  return status === 403 || status === 429 || (code === 'not_found' && method !== 'GET' && actor.scope !== 'all');
}

/**
 * Records a refusal as `access.refused`: at most one entry a minute for each actor and action, with how many there were
 * since the last one.
 */
export async function recordRefused(app: App, refused: Refused): Promise<void> {
  const { endpoint, target, error } = refused;
  if (endpoint.permission === 'public') return;
  if (!isRecorded(refused)) return;
  const details = {
    attempted: endpoint.permission,
    code: error.code,
    request: `${endpoint.method} ${endpoint.path}`,
    // Nothing but an id of ours: people paste license keys anywhere.
    ...(target !== undefined && idPattern.test(target) && { target }),
  };
  await recordAttempt(app, refused, endpoint.permission, details);
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const signIn = 'sign-in';
const throttledSignIn = 'throttled';

/** Records a wrong password or code of somebody who exists as `session.refused`, at most one entry a minute. */
export async function recordRefusedSignIn(app: App, who: Who, wrong: 'password' | 'code'): Promise<void> {
  await recordAttempt(app, who, signIn, { user: who.actor.name, wrong });
}

/** Records that somebody who exists must wait before another sign-in, as `session.throttled`, at most one entry a minute. */
export async function recordThrottledSignIn(app: App, who: Who, times: number): Promise<void> {
  await recordAttempt(app, who, throttledSignIn, { user: who.actor.name }, times);
}

type Details = Record<string, unknown>;

/** Counts an attempt, and makes an entry unless there is one within the last minute. */
async function recordAttempt(app: App, who: Who, what: string, details: Details, times = 1): Promise<void> {
  const lately = await app.database.read
    .selectFrom('refused_attempt')
    .select('what')
    .where('actor_id', '=', who.actor.id)
    .where('what', '=', what)
    .where(isOfLastMinute(app))
    .executeTakeFirst();
  // One commit either way. Two requests may both find that nothing was recorded lately; the second then only counts.
  for (let isDone = lately !== undefined && (await countOnly(app, who.actor.id, what)); !isDone; )
    isDone = (await record(app, who, what, details, times)) || (await countOnly(app, who.actor.id, what));
}

function actionOf(what: string): 'session.refused' | 'session.throttled' | 'access.refused' {
  if (what === throttledSignIn) return 'session.throttled';
  return what === signIn ? 'session.refused' : 'access.refused';
}

type Counted = Selectable<RefusedAttemptTable>;

/** Begins with how many entries the log had before the one that this count follows. */
function macOf({ vault }: Pick<App, 'vault'>, row: Omit<Counted, 'mac'>, size: number): string {
  const { actor_id, what, since, attempts, recorded } = row;
  return `${size}.${vault.mac('refused', JSON.stringify([actor_id, what, since, attempts, recorded, size]))}`;
}

function sizeOf({ mac }: Counted): number {
  return Number(mac.slice(0, Math.max(mac.indexOf('.'), 0)));
}

/** How many were counted beyond what was told: a row that somebody else wrote tells of none. */
function countedIn(app: App, row: Counted): number {
  return row.mac === macOf(app, row, sizeOf(row)) ? row.attempts - row.recorded : 0;
}

/**
 * How many are not told yet. A count that was told is followed by a second entry of its kind: the row of before, put
 * back, is told no more.
 */
async function leftOf(app: App, db: ReadDb, row: Counted | undefined): Promise<number> {
  const counted = row ? countedIn(app, row) : 0;
  if (!row || counted === 0) return 0;
  const entries = await db
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select('e.idx')
    .where('e.actor_id', '=', row.actor_id)
    .where('e.idx', '>=', sizeOf(row))
    .where('e.action', '=', actionOf(row.what))
    .$if(actionOf(row.what) === 'access.refused', (query) =>
      query.where(app.database.fragments.jsonText('p.body', 'attempted'), '=', row.what),
    )
    .limit(2)
    .execute();
  return entries.length < 2 ? counted : 0;
}

/** Counts one more where there is an entry within the last minute. One that somebody else wrote is begun anew. */
async function countOnly(app: App, actorId: string, what: string): Promise<boolean> {
  return app.database.transaction(async (tx) => {
    const row = await tx
      .updateTable('refused_attempt')
      .set((eb) => ({ attempts: eb.ref('attempts') }))
      .where('actor_id', '=', actorId)
      .where('what', '=', what)
      .where(isOfLastMinute(app))
      .returningAll()
      .executeTakeFirst();
    if (!row) return false;
    const recorded = 1;
    const next = { ...row, recorded, attempts: recorded + countedIn(app, row) + 1 };
    await tx
      .updateTable('refused_attempt')
      .set({ attempts: next.attempts, recorded, mac: macOf(app, next, sizeOf(row)) })
      .where('actor_id', '=', actorId)
      .where('what', '=', what)
      .execute();
    return true;
  });
}

/** Makes the entry, unless somebody else has made one within the last minute. */
function record(app: App, { actor, address }: Who, what: string, details: Details, times: number): Promise<boolean> {
  const now = app.clock().toISOString();
  const by = { app, actor, address, idempotency: undefined, asked: undefined, now: () => now };
  return changeIfAny({ change: (work) => change(by, work) }, async (tx) => {
    const before = await tx
      .selectFrom('refused_attempt')
      .selectAll()
      .where('actor_id', '=', actor.id)
      .where('what', '=', what)
      .executeTakeFirst();
    const first = { actor_id: actor.id, what, since: now, attempts: 1, recorded: 1 };
    const { size } = await readHead(reading(tx));
    const started = { ...first, mac: macOf(app, first, size) };
    const mine = await tx
      .insertInto('refused_attempt')
      .values(started)
      .onConflict((conflict) =>
        conflict
          .columns(['actor_id', 'what'])
          .doUpdateSet(started)
          .where(sql<SqlBool>`not ${isOfLastMinute(app)}`),
      )
      .returning('what')
      .executeTakeFirst();
    if (!mine) return { result: false, audit: [] };
    const count = times + (await leftOf(app, reading(tx), before));
    const entry = { action: actionOf(what), subject: `user:${actor.id}`, details: { ...details, count } };
    return { result: true, audit: [entry] };
  });
}

/** Records what was counted since the last entry and not told yet, and forgets what is older than a day. */
export async function settleRefused(app: App): Promise<void> {
  const lastDay = spanBefore(app.clock(), 24 * 60 * minuteMs);
  for (const row of await untold(app)) {
    const actor: Actor = { kind: 'system', id: row.actor_id, name: row.name, roles: [], scope: [] };
    const by = {
      app,
      actor,
      address: undefined,
      idempotency: undefined,
      asked: undefined,
      now: () => app.clock().toISOString(),
    };
    await changeIfAny({ change: (work) => change(by, work) }, async (tx) => {
      const count = await leftOf(app, reading(tx), row);
      const claimed = await tx
        .updateTable('refused_attempt')
        .set({ recorded: row.attempts, mac: macOf(app, { ...row, recorded: row.attempts }, sizeOf(row)) })
        .where('actor_id', '=', row.actor_id)
        .where('what', '=', row.what)
        .where('since', '=', row.since)
        .where('recorded', '=', row.recorded)
        .returning('what')
        .executeTakeFirst();
      const entry = {
        action: actionOf(row.what),
        subject: `user:${row.actor_id}`,
        details: { attempted: row.what, count },
      };
      return { result: undefined, audit: claimed && count > 0 ? [entry] : [] };
    });
  }
  await app.database.transaction((tx) =>
    tx
      .deleteFrom('refused_attempt')
      .where((eb) => eb.or([eb('since', '<', lastDay.since), eb('since', '>', lastDay.until)]))
      .execute(),
  );
}

function untold(app: App) {
  const { since, until } = lastMinute(app);
  return app.database.read
    .selectFrom('refused_attempt as r')
    .innerJoin('user as u', 'u.id', 'r.actor_id')
    .selectAll('r')
    .select('u.name')
    .whereRef('r.attempts', '>', 'r.recorded')
    .where((eb) => eb.or([eb('r.since', '<=', since), eb('r.since', '>', until)]))
    .execute();
}
