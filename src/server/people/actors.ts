import { createHash } from 'node:crypto';
import { todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import type { Actor, App, Settings } from '../context.ts';
import { genuineRow, isGenuine } from '../seals/is-genuine.ts';
import { type AskedBy, settingsTampered } from '../seals/seal.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import {
  actorBySession,
  actorByToken,
  type SignedIn,
  sessionPart,
  sessionRow,
  settingsOf,
  settingsPart,
  tokenPart,
  tokenRow,
  userPart,
} from './acting.ts';
import { isToBeSetUp } from './is-to-be-set-up.ts';
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

/** The organisation's settings. Refuses while Keybook is not set up, and while they are not what the server wrote. */
export async function readSettings(app: App): Promise<Settings> {
  const row = await app.database.read.selectFrom('settings').selectAll().executeTakeFirst();
  if (!row) throw await notSetUp(app);
  return settingsOf(await genuineSettings(app, row));
}

/** Why there are none; refuses otherwise where the log tells of some. */
async function notSetUp(app: App): Promise<AppError> {
  await isToBeSetUp(app);
  return new AppError(
    'unavailable',
    'Keybook is not set up yet. Open the setup link that the server printed at its start.',
  );
}

/** Settings decide who needs a second factor and what technicians may: while they are forged, nobody gets in. */
async function genuineSettings(app: App, row: RowOf<'settings'>): Promise<RowOf<'settings'>> {
  const settings = await genuineRow(app, 'settings', row, { id: 1 });
  if (!settings) throw settingsTampered();
  return settings;
}

/**
 * The actor of a bearer token, checked in the database at every request; undefined where it opens nothing. A token or
 * owner that the server did not write opens nothing either, and is recorded.
 */
export async function actorOfToken(app: App, text: string): Promise<SignedIn | undefined> {
  const token_mac = credentialMac(app, 'token', text);
  const [row] = await tokenRow.byMac({ db: app.database.read }, { value: token_mac });
  const found = row && (await ownerOfToken(app, row, { token_mac }));
  const today = found && todayIn(found.settings.timeZone, app.clock());
  if (found && today && row.last_used_on !== today) await noteUse(app, found.actor.tokenId ?? '', today);
  return found;
}

type TokenRow = Awaited<ReturnType<(typeof tokenRow)['byId']>>[number];

/** Whom a token acts for today; undefined where it is forged or ends, or its owner is forged or disabled. */
async function ownerOfToken(app: App, row: TokenRow, asked: AskedBy<'token'>): Promise<SignedIn | undefined> {
  const token = await genuineRow(app, 'token', tokenPart(row), asked);
  const user = token && (await genuineRow(app, 'user', userPart(row), { id: token.user_id }));
  if (!user) return undefined;
  return actorByToken(token, { user, settings: await genuineSettings(app, settingsPart(row)) }, app.clock());
}

/** The day a token was last used: bookkeeping of the sign-in itself, outside the log. */
async function noteUse(app: App, id: string, today: string): Promise<void> {
  await noteSeen(app, (tx) => tx.updateTable('token').set({ last_used_on: today }).where('id', '=', id).execute());
}

const touchAfterMs = 60_000;

/**
 * The actor of a session cookie, checked in the database at every request: idle and absolute limits, disabled users. A
 * session or person that the server did not write opens nothing, and is recorded.
 */
export async function actorOfSession(app: App, text: string): Promise<SignedIn | undefined> {
  const token_mac = credentialMac(app, 'session', text);
  const [row] = await sessionRow.byMac({ db: app.database.read }, { value: token_mac });
  if (!row) return undefined;
  const now = app.clock();
  // A session that was last used far ahead of now was used under a wrong clock.
  const idleMs = now.getTime() - Date.parse(row.last_seen_at);
  const isIdle = Math.abs(idleMs) > app.config.sessionIdleMinutes * 60_000;
  const found = isIdle ? undefined : await personOfSession(app, row, { token_mac });
  if (found && idleMs > touchAfterMs) await touchSession(app, found.actor.sessionId ?? '', now.toISOString());
  return found;
}

type SessionRow = Awaited<ReturnType<(typeof sessionRow)['byId']>>[number];

/** Whose session it is; undefined where it is forged or has come to its end, or the person is forged or disabled. */
async function personOfSession(app: App, row: SessionRow, asked: AskedBy<'session'>): Promise<SignedIn | undefined> {
  const session = sessionPart(row);
  if (!(await isGenuine(app, 'session', session, asked))) return undefined;
  const user = await genuineRow(app, 'user', userPart(row), { id: session.user_id });
  if (!user) return undefined;
  return actorBySession(session, { user, settings: await genuineSettings(app, settingsPart(row)) }, app.clock());
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
      return row && personOfSession(app, row, { id: sessionId });
    }
    case 'token': {
      const [row] = await tokenRow.byId(db, { value: tokenId });
      return row && ownerOfToken(app, row, { id: tokenId });
    }
    case 'local':
    case 'system':
      return { actor: systemActor(kind), settings: await readSettings(app) };
  }
}

async function touchSession(app: App, id: string, now: string): Promise<void> {
  await noteSeen(app, (tx) => tx.updateTable('session').set({ last_seen_at: now }).where('id', '=', id).execute());
}
