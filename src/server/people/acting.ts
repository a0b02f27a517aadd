import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import { coversScope, intersectScopes, roles, type Scope } from '../../domain/permissions.ts';
import { type Actor, type App, type Asked, may, type Settings } from '../context.ts';
import { joinedRow, sealedOf } from '../seals/joined.ts';
import { isSealed } from '../seals/seal.ts';
import type { RowOf } from '../seals/sealed-columns.ts';

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

/** What every request needs of the settings' row. */
export function settingsOf(row: RowOf<'settings'>): Settings {
  return {
    organisation: row.organisation,
    timeZone: row.time_zone,
    locale: row.locale,
    houseId: row.house_id,
    techniciansManageKeys: row.technicians_manage_keys === 1,
  };
}

export const tokenPart = joinedRow('t', 'token');
export const sessionPart = joinedRow('e', 'session');
export const userPart = joinedRow('u', 'user');
export const settingsPart = joinedRow('s', 'settings');

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
export const tokenRow = { byMac: tokenRowBy('t.token_mac'), byId: tokenRowBy('t.id') };

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
export const sessionRow = { byMac: sessionRowBy('e.token_mac'), byId: sessionRowBy('e.id') };

type Owned = { user: RowOf<'user'>; settings: RowOf<'settings'> };

/** Whom a token acts for at that moment; undefined where it is revoked or expired, or its owner disabled. */
export function actorByToken(token: RowOf<'token'>, { user, settings }: Owned, now: Date): SignedIn | undefined {
  if (token.revoked_at !== null || user.disabled_at !== null) return undefined;
  if (token.expires_on < todayIn(settings.time_zone, now)) return undefined;
  const ownerScope = readScope(user.scope);
  const scope = token.scope === 'owner' ? ownerScope : intersectScopes(readScope(token.scope), ownerScope);
  const held = [token.role, user.role];
  const actor: Actor = { kind: 'token', id: user.id, name: user.name, roles: held, scope, tokenId: token.id };
  return { actor, settings: settingsOf(settings) };
}

/** Whose session it is at that moment; undefined where it has come to its end, or the person is disabled. */
export function actorBySession(session: RowOf<'session'>, { user, settings }: Owned, now: Date): SignedIn | undefined {
  if (user.disabled_at !== null || session.expires_at <= now.toISOString()) return undefined;
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

/** Asked at every request: the organisation may come to require a second factor while a session is open. */
function unfinishedOf(session: RowOf<'session'>, user: RowOf<'user'>, settings: RowOf<'settings'>) {
  if (session.stage === 'code') return 'code';
  return settings.second_factor_required === 1 && user.enrolled_at === null ? 'enrolment' : undefined;
}

/** Whether somebody has at least the rights now that they had then. */
export function isWithin(then: Actor, now: Actor): boolean {
  return lowestOf(now) <= lowestOf(then) && coversScope(now.scope, then.scope);
}

/** Of several roles the one with the fewest rights counts. */
function lowestOf({ roles: held }: Actor): number {
  return Math.max(...held.map((role) => roles.indexOf(role)));
}

/** Thrown where work is its actor's no more that was begun when it was. */
export class NoLongerAllowed extends AppError {
  constructor() {
    super(
      'forbidden',
      'Who began this may not do it any more: signed out, disabled, the token ended, or with fewer rights.',
    );
  }
}

/** `owesFactor`: it is the change itself that leaves its actor to set up a second factor. */
type AskedOf = Asked & { owesFactor?: boolean | undefined };

/**
 * Refuses a change whose actor has lost the session, the token or rights since the request began, or came to owe a second
 * factor: other changes may have gone first, those of settings that decide it among them. Asked inside the change, when
 * the log is its own until the commit.
 */
export async function requireActing(tx: WriteDb, app: App, actor: Actor, asked: AskedOf): Promise<void> {
  const now = await actingNow({ db: reading(tx) }, app, actor);
  if (now && isFinished(now, asked) && isAllowed(now, asked) && isWithin(actor, now.actor)) return;
  throw new NoLongerAllowed();
}

function isFinished({ unfinished }: SignedIn, { unfinished: open = [], owesFactor = false }: AskedOf): boolean {
  return unfinished === undefined || open.includes(unfinished) || (owesFactor && unfinished === 'enrolment');
}

function isAllowed(now: SignedIn, { permission, alsoNeeds }: Asked): boolean {
  return [permission, alsoNeeds].every((action) => !action || action === 'public' || may(now, action));
}

async function actingNow(on: On<ReadDb>, app: App, { sessionId, tokenId }: Actor): Promise<SignedIn | undefined> {
  const now = app.clock();
  if (tokenId !== undefined) {
    const [row] = await tokenRow.byId(on, { value: tokenId });
    const token = row && tokenPart(row);
    if (!token || !isSealed(app, 'token', token, { id: tokenId })) return undefined;
    const owned = ownedIn(app, row, token);
    return owned && actorByToken(token, owned, now);
  }
  const id = sessionId ?? '';
  const [row] = await sessionRow.byId(on, { value: id });
  const session = row && sessionPart(row);
  if (!session || !isSealed(app, 'session', session, { id })) return undefined;
  const owned = ownedIn(app, row, session);
  return owned && actorBySession(session, owned, now);
}

/** The person and the settings of a row; undefined where somebody else wrote them, which the next request records. */
function ownedIn(app: App, row: object, { user_id: id }: { user_id: string }): Owned | undefined {
  const [user, settings] = [userPart(row), settingsPart(row)];
  const areRight = isSealed(app, 'user', user, { id }) && isSealed(app, 'settings', settings, { id: 1 });
  return areRight ? { user, settings } : undefined;
}
