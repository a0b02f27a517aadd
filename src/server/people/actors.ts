import { createHash } from 'node:crypto';
import type { ReadDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { todayIn } from '../../domain/day.ts';
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

const tokenRow = statement(({ db }: On<ReadDb>, { hash }: { hash: string }) =>
  db
    .selectFrom('token as t')
    .innerJoin('user as u', 'u.id', 't.user_id')
    .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
    .select(['t.id', 't.role', 't.scope', 't.expires_on', 't.last_used_on', 't.revoked_at'])
    .select(['u.id as user_id', 'u.name', 'u.role as owner_role', 'u.scope as owner_scope', 'u.disabled_at'])
    .select(settingColumns)
    .where('t.token_hash', '=', hash),
);

/** The actor of a bearer token, checked in the database at every request; undefined where it opens nothing. */
export async function actorOfToken(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await tokenRow({ db: app.database.read }, { hash: tokenHash(text) });
  if (!row || row.revoked_at !== null || row.disabled_at !== null) return undefined;
  const today = todayIn(row.time_zone, app.clock());
  if (row.expires_on < today) return undefined;
  if (row.last_used_on !== today) await noteUse(app, row.id, today);
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
  return { actor, settings: settingsOf(row) };
}

/** The day a token was last used: bookkeeping of the sign-in itself, outside the log. */
async function noteUse(app: App, id: string, today: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.updateTable('token').set({ last_used_on: today }).where('id', '=', id).execute();
  });
}

const touchAfterMs = 60_000;

const sessionRow = statement(({ db }: On<ReadDb>, { hash }: { hash: string }) =>
  db
    .selectFrom('session as e')
    .innerJoin('user as u', 'u.id', 'e.user_id')
    .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
    .leftJoin('second_factor as f', 'f.user_id', 'u.id')
    .select(['e.id', 'e.last_seen_at', 'e.expires_at', 'e.stage', 'e.confirmed_at', 'f.confirmed_at as enrolled_at'])
    .select('s.second_factor_required')
    .select(['u.id as user_id', 'u.name', 'u.role', 'u.scope', 'u.disabled_at'])
    .select(settingColumns)
    .where('e.token_hash', '=', hash),
);

/** The actor of a session cookie, checked in the database at every request: idle and absolute limits, disabled users. */
export async function actorOfSession(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await sessionRow({ db: app.database.read }, { hash: tokenHash(text) });
  if (!row || row.disabled_at !== null) return undefined;
  const now = app.clock();
  // A session that was last used far ahead of now was used under a wrong clock.
  const idleMs = now.getTime() - Date.parse(row.last_seen_at);
  if (row.expires_at <= now.toISOString() || Math.abs(idleMs) > app.config.sessionIdleMinutes * 60_000)
    return undefined;
  if (idleMs > touchAfterMs) await touchSession(app, row.id, now.toISOString());
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
