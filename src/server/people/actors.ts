import { createHash } from 'node:crypto';
import type { ReadDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { type Day, todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import { intersectScopes, type Scope } from '../../domain/permissions.ts';
import type { Actor, App, Settings } from '../context.ts';

/** The user that jobs and the local command line act as; made with the organisation. */
export const systemUserId = 'system';

/** How a stored token or session token is found: the text itself is kept nowhere. */
export function tokenHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Reads a stored scope: 'all', or a JSON list of customer ids. Anything else means nothing. */
export function readScope(stored: string): Scope {
  if (stored === 'all') return 'all';
  const parsed: unknown = JSON.parse(stored);
  return Array.isArray(parsed) ? parsed.filter((entry): entry is string => typeof entry === 'string') : [];
}

/**
 * Who asks. `confirmedAt` is when a session last proved that it is still them ('' for never); `unfinished` is what
 * somebody signed in owes before anything else: a code, or a second factor to be set up.
 */
export type SignedIn = { actor: Actor; settings: Settings; confirmedAt?: string; unfinished?: 'code' | 'enrolment' };

const settingColumns = [
  's.organisation',
  's.time_zone',
  's.locale as organisation_locale',
  's.house_id',
  's.technicians_manage_keys',
] as const;

type SettingRow = {
  organisation: string;
  time_zone: string;
  organisation_locale: string;
  house_id: string;
  technicians_manage_keys: 0 | 1;
};

function settingsOf(row: SettingRow): Settings {
  return {
    organisation: row.organisation,
    timeZone: row.time_zone,
    locale: row.organisation_locale,
    houseId: row.house_id,
    techniciansManageKeys: row.technicians_manage_keys === 1,
  };
}

/** The organisation's settings. Refuses while Keybook is not set up. */
export async function readSettings(app: App): Promise<Settings> {
  const row = await app.database.read.selectFrom('settings as s').select(settingColumns).executeTakeFirst();
  if (!row)
    throw new AppError(
      'unavailable',
      'Keybook is not set up yet. Open the setup link that the server printed at its start.',
    );
  return settingsOf(row);
}

const tokenRowBy = (column: 't.token_hash' | 't.id') =>
  statement(({ db }: On<ReadDb>, { value }: { value: string }) =>
    db
      .selectFrom('token as t')
      .innerJoin('user as u', 'u.id', 't.user_id')
      .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
      .select(['t.id', 't.role', 't.scope', 't.expires_on', 't.last_used_on', 't.revoked_at'])
      .select(['u.id as user_id', 'u.name', 'u.role as owner_role', 'u.scope as owner_scope', 'u.disabled_at'])
      .select(settingColumns)
      .where(column, '=', value),
  );
const tokenRow = { byHash: tokenRowBy('t.token_hash'), byId: tokenRowBy('t.id') };

/** The actor of a bearer token, checked in the database at every request; undefined where it opens nothing. */
export async function actorOfToken(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await tokenRow.byHash({ db: app.database.read }, { value: tokenHash(text) });
  const found = row && ownerOfToken(app, row);
  if (found && row.last_used_on !== found.today) await noteUse(app, row.id, found.today);
  return found?.signedIn;
}

type TokenRow = Awaited<ReturnType<(typeof tokenRow)['byId']>>[number];

/** Whom a token acts for today; undefined where it is revoked or expired, or its owner disabled. */
function ownerOfToken(app: App, row: TokenRow): { signedIn: SignedIn; today: Day } | undefined {
  if (row.revoked_at !== null || row.disabled_at !== null) return undefined;
  const today = todayIn(row.time_zone, app.clock());
  if (row.expires_on < today) return undefined;
  const ownerScope = readScope(row.owner_scope);
  const scope = row.scope === 'owner' ? ownerScope : intersectScopes(readScope(row.scope), ownerScope);
  const actor: Actor = {
    kind: 'token',
    id: row.user_id,
    name: row.name,
    roles: [row.role, row.owner_role],
    scope,
    tokenId: row.id,
  };
  return { signedIn: { actor, settings: settingsOf(row) }, today };
}

/** The day a token was last used: bookkeeping of the sign-in itself, outside the log. */
async function noteUse(app: App, id: string, today: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.updateTable('token').set({ last_used_on: today }).where('id', '=', id).execute();
  });
}

const touchAfterMs = 60_000;

const sessionRowBy = (column: 'e.token_hash' | 'e.id') =>
  statement(({ db }: On<ReadDb>, { value }: { value: string }) =>
    db
      .selectFrom('session as e')
      .innerJoin('user as u', 'u.id', 'e.user_id')
      .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
      .leftJoin('second_factor as f', 'f.user_id', 'u.id')
      .select(['e.id', 'e.last_seen_at', 'e.expires_at', 'e.stage', 'e.confirmed_at', 'f.confirmed_at as enrolled_at'])
      .select('s.second_factor_required')
      .select(['u.id as user_id', 'u.name', 'u.role', 'u.scope', 'u.disabled_at'])
      .select(settingColumns)
      .where(column, '=', value),
  );
const sessionRow = { byHash: sessionRowBy('e.token_hash'), byId: sessionRowBy('e.id') };

/** The actor of a session cookie, checked in the database at every request: idle and absolute limits, disabled users. */
export async function actorOfSession(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await sessionRow.byHash({ db: app.database.read }, { value: tokenHash(text) });
  if (!row) return undefined;
  const now = app.clock();
  // A session that was last used far ahead of now was used under a wrong clock.
  const idleMs = now.getTime() - Date.parse(row.last_seen_at);
  const found = Math.abs(idleMs) > app.config.sessionIdleMinutes * 60_000 ? undefined : personOfSession(app, row);
  if (found && idleMs > touchAfterMs) await touchSession(app, row.id, now.toISOString());
  return found;
}

type SessionRow = Awaited<ReturnType<(typeof sessionRow)['byId']>>[number];

/** Whose session it is; undefined where it has come to its end, or the person is disabled. */
function personOfSession(app: App, row: SessionRow): SignedIn | undefined {
  if (row.disabled_at !== null || row.expires_at <= app.clock().toISOString()) return undefined;
  const actor: Actor = {
    kind: 'session',
    id: row.user_id,
    name: row.name,
    roles: [row.role],
    scope: readScope(row.scope),
    sessionId: row.id,
  };
  const unfinished = unfinishedOf(row);
  return { actor, settings: settingsOf(row), confirmedAt: row.confirmed_at, ...(unfinished && { unfinished }) };
}

/**
 * The same actor once more, from the database, for work that goes on after its request; undefined where the session or
 * token is there no more. That nobody asks anything meanwhile is not idleness. It is no use of a session either.
 */
export async function sameActor(
  app: App,
  { kind, sessionId = '', tokenId = '' }: Actor,
): Promise<SignedIn | undefined> {
  const db = { db: app.database.read };
  switch (kind) {
    case 'session': {
      const [row] = await sessionRow.byId(db, { value: sessionId });
      return row && personOfSession(app, row);
    }
    case 'token': {
      const [row] = await tokenRow.byId(db, { value: tokenId });
      return row && ownerOfToken(app, row)?.signedIn;
    }
    case 'local':
    case 'system':
      return { actor: systemActor(kind), settings: await readSettings(app) };
  }
}

/** Asked at every request: the organisation may come to require a second factor while a session is open. */
function unfinishedOf(row: { stage: string; enrolled_at: string | null; second_factor_required: 0 | 1 }) {
  if (row.stage === 'code') return 'code';
  return row.second_factor_required === 1 && row.enrolled_at === null ? 'enrolment' : undefined;
}

async function touchSession(app: App, id: string, now: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.updateTable('session').set({ last_seen_at: now }).where('id', '=', id).execute();
  });
}

/** The system as an actor: jobs, and commands run on the database itself. */
export function systemActor(kind: 'system' | 'local'): Actor {
  return { kind, id: systemUserId, name: 'System', roles: ['administrator'], scope: 'all' };
}
