import { createHash } from 'node:crypto';
import type { ReadDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { type Day, todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import { intersectScopes, type Scope } from '../../domain/permissions.ts';
import type { Actor, App, Settings } from '../context.ts';
import { genuineRow, isGenuine } from '../seals/is-genuine.ts';
import { joinedRow, sealedOf } from '../seals/joined.ts';
import { settingsTampered } from '../seals/seal.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { noteSeen } from './note-seen.ts';
import { systemActor, systemUserId } from './system-actor.ts';

export { systemActor, systemUserId };

/** How a stored token or session token is found: neither the text nor a plain hash of it is kept anywhere. */
export function credentialMac(
  { vault }: Pick<App, 'vault'>,
  kind: 'session' | 'token' | 'setup',
  text: string,
): string {
  return vault.credentialMac(kind, createHash('sha256').update(text).digest('base64url'));
}

/** Reads a stored scope: 'all', or a JSON list of customer ids. Anything else means nothing. */
export function readScope(stored: string): Scope {
  if (stored === 'all') return 'all';
  const parsed: unknown = JSON.parse(stored);
  return Array.isArray(parsed) ? parsed.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** A scope as `readScope` reads it. */
export function storedScope(scope: Scope): string {
  return scope === 'all' ? scope : JSON.stringify(scope);
}

/**
 * Who asks. `confirmedAt` is when a session last proved that it is still them ('' for never); `unfinished` is what
 * somebody signed in owes before anything else: a code, or a second factor to be set up.
 */
export type SignedIn = { actor: Actor; settings: Settings; confirmedAt?: string; unfinished?: 'code' | 'enrolment' };

function settingsOf(row: RowOf<'settings'>): Settings {
  return {
    organisation: row.organisation,
    timeZone: row.time_zone,
    locale: row.locale,
    houseId: row.house_id,
    techniciansManageKeys: row.technicians_manage_keys === 1,
  };
}

/** The organisation's settings. Refuses while Keybook is not set up, and while they are not what the server wrote. */
export async function readSettings(app: App): Promise<Settings> {
  const row = await app.database.read.selectFrom('settings').selectAll().executeTakeFirst();
  if (!row)
    throw new AppError(
      'unavailable',
      'Keybook is not set up yet. Open the setup link that the server printed at its start.',
    );
  return settingsOf(await genuineSettings(app, row));
}

/** Settings decide who needs a second factor and what technicians may: while they are forged, nobody gets in. */
async function genuineSettings(app: App, row: RowOf<'settings'>): Promise<RowOf<'settings'>> {
  const settings = await genuineRow(app, 'settings', row);
  if (!settings) throw settingsTampered();
  return settings;
}

const tokenPart = joinedRow('t', 'token');
const sessionPart = joinedRow('e', 'session');
const userPart = joinedRow('u', 'user');
const settingsPart = joinedRow('s', 'settings');

const tokenRowBy = (column: 't.token_mac' | 't.id') =>
  statement(({ db }: On<ReadDb>, { value }: { value: string }) =>
    db
      .selectFrom('token as t')
      .innerJoin('user as u', 'u.id', 't.user_id')
      .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
      .select('t.last_used_on')
      .select([...sealedOf('t', 'token'), ...sealedOf('u', 'user'), ...sealedOf('s', 'settings')])
      .where(column, '=', value),
  );
const tokenRow = { byMac: tokenRowBy('t.token_mac'), byId: tokenRowBy('t.id') };

/**
 * The actor of a bearer token, checked in the database at every request; undefined where it opens nothing. A token or
 * owner that the server did not write opens nothing either, and is recorded.
 */
export async function actorOfToken(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await tokenRow.byMac({ db: app.database.read }, { value: credentialMac(app, 'token', text) });
  const found = row && (await ownerOfToken(app, row));
  if (found && row.last_used_on !== found.today) await noteUse(app, found.id, found.today);
  return found?.signedIn;
}

type TokenRow = Awaited<ReturnType<(typeof tokenRow)['byId']>>[number];

/** Whom a token acts for today; undefined where it is forged, revoked or expired, or its owner forged or disabled. */
async function ownerOfToken(
  app: App,
  row: TokenRow,
): Promise<{ signedIn: SignedIn; id: string; today: Day } | undefined> {
  const token = await genuineRow(app, 'token', tokenPart(row));
  const user = token && (await genuineRow(app, 'user', userPart(row)));
  if (!user) return undefined;
  const settings = await genuineSettings(app, settingsPart(row));
  if (token.revoked_at !== null || user.disabled_at !== null) return undefined;
  const today = todayIn(settings.time_zone, app.clock());
  if (token.expires_on < today) return undefined;
  const ownerScope = readScope(user.scope);
  const scope = token.scope === 'owner' ? ownerScope : intersectScopes(readScope(token.scope), ownerScope);
  const actor: Actor = {
    kind: 'token',
    id: user.id,
    name: user.name,
    roles: [token.role, user.role],
    scope,
    tokenId: token.id,
  };
  return { signedIn: { actor, settings: settingsOf(settings) }, id: token.id, today };
}

/** The day a token was last used: bookkeeping of the sign-in itself, outside the log. */
async function noteUse(app: App, id: string, today: string): Promise<void> {
  await noteSeen(app, (tx) => tx.updateTable('token').set({ last_used_on: today }).where('id', '=', id).execute());
}

const touchAfterMs = 60_000;

const sessionRowBy = (column: 'e.token_mac' | 'e.id') =>
  statement(({ db }: On<ReadDb>, { value }: { value: string }) =>
    db
      .selectFrom('session as e')
      .innerJoin('user as u', 'u.id', 'e.user_id')
      .innerJoin('settings as s', (join) => join.on('s.id', '=', 1))
      .select('e.last_seen_at')
      .select([...sealedOf('e', 'session'), ...sealedOf('u', 'user'), ...sealedOf('s', 'settings')])
      .where(column, '=', value),
  );
const sessionRow = { byMac: sessionRowBy('e.token_mac'), byId: sessionRowBy('e.id') };

/**
 * The actor of a session cookie, checked in the database at every request: idle and absolute limits, disabled users. A
 * session or person that the server did not write opens nothing, and is recorded.
 */
export async function actorOfSession(app: App, text: string): Promise<SignedIn | undefined> {
  const [row] = await sessionRow.byMac({ db: app.database.read }, { value: credentialMac(app, 'session', text) });
  if (!row) return undefined;
  const now = app.clock();
  // A session that was last used far ahead of now was used under a wrong clock.
  const idleMs = now.getTime() - Date.parse(row.last_seen_at);
  const isIdle = Math.abs(idleMs) > app.config.sessionIdleMinutes * 60_000;
  const found = isIdle ? undefined : await personOfSession(app, row);
  if (found && idleMs > touchAfterMs) await touchSession(app, found.actor.sessionId ?? '', now.toISOString());
  return found;
}

type SessionRow = Awaited<ReturnType<(typeof sessionRow)['byId']>>[number];

/** Whose session it is; undefined where it is forged or has come to its end, or the person is forged or disabled. */
async function personOfSession(app: App, row: SessionRow): Promise<SignedIn | undefined> {
  const session = sessionPart(row);
  const user = (await isGenuine(app, 'session', session)) && (await genuineRow(app, 'user', userPart(row)));
  if (!user) return undefined;
  const settings = await genuineSettings(app, settingsPart(row));
  if (user.disabled_at !== null || session.expires_at <= app.clock().toISOString()) return undefined;
  const actor: Actor = {
    kind: 'session',
    id: user.id,
    name: user.name,
    roles: [user.role],
    scope: readScope(user.scope),
    sessionId: session.id,
  };
  const unfinished = unfinishedOf(session, user, settings);
  const confirmedAt = session.confirmed_at;
  return { actor, settings: settingsOf(settings), confirmedAt, ...(unfinished && { unfinished }) };
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
      return row && (await ownerOfToken(app, row))?.signedIn;
    }
    case 'local':
    case 'system':
      return { actor: systemActor(kind), settings: await readSettings(app) };
  }
}

/** Asked at every request: the organisation may come to require a second factor while a session is open. */
function unfinishedOf(session: RowOf<'session'>, user: RowOf<'user'>, settings: RowOf<'settings'>) {
  if (session.stage === 'code') return 'code';
  return settings.second_factor_required === 1 && user.enrolled_at === null ? 'enrolment' : undefined;
}

async function touchSession(app: App, id: string, now: string): Promise<void> {
  await noteSeen(app, (tx) => tx.updateTable('session').set({ last_seen_at: now }).where('id', '=', id).execute());
}
