import type { OutputOf } from '../../contract/endpoint.ts';
import type { listSessions } from '../../contract/sign-in.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { type Actor, type App, type Ctx, notFound, type ReadCtx } from '../context.ts';
import { newId } from '../ids.ts';
import type { PublicCtx, Reply } from '../route.ts';
import { type ChangeTx, insertSealed, type Opened, openSealed, setSealed } from '../seals/change-sealed.ts';
import { credentialMac } from './actors.ts';
import { sessionCookieOf, setSessionCookie } from './session-cookie.ts';
import { claimAdministrators } from './user-record.ts';

/** How long somebody has for the second factor after single sign-on. */
const unfinishedMinutes = 10;

export function newSessionToken(app: App): string {
  return app.randomBytes(32).toString('base64url');
}

/** A session to be. One that is not `confirmed` must be confirmed before anything that asks for it. */
export type NewSession = {
  userId: string;
  token: string;
  address: string | undefined;
  confirmed: boolean;
  stage: 'open' | 'code';
};

/** Sessions of a person. */
const mostSessions = 50;

/**
 * Opens a session inside a change; only a keyed hash of the token is kept. Where there would be more than fifty of that
 * person's, those end that were not used for longest: how many goes into the entry.
 */
export async function insertSession(tx: ChangeTx, app: App, session: NewSession): Promise<{ sessionsEnded?: number }> {
  const { userId, token, address, confirmed, stage } = session;
  const ended = await makeRoom(tx, userId);
  const now = app.clock();
  const lifeMs = stage === 'code' ? unfinishedMinutes * 60_000 : app.config.sessionHours * 3_600_000;
  await insertSealed(tx, 'session', {
    id: newId(app),
    token_mac: credentialMac(app, 'session', token),
    user_id: userId,
    created_at: now.toISOString(),
    last_seen_at: now.toISOString(),
    confirmed_at: confirmed ? now.toISOString() : '',
    expires_at: new Date(now.getTime() + lifeMs).toISOString(),
    stage,
    address: address ?? '',
  });
  return ended;
}

async function makeRoom(tx: ChangeTx, userId: string): Promise<{ sessionsEnded?: number }> {
  const rows = await tx
    .selectFrom('session')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const left = rows.slice(mostSessions - 1).map(({ id }) => id);
  if (left.length === 0) return {};
  await tx.deleteFrom('session').where('id', 'in', left).execute();
  return { sessionsEnded: left.length };
}

/** Ends the session a browser comes with, where it signs in anew: nobody goes on with what it was given before. */
export async function endSessionBefore(tx: ChangeTx, { app, cookies }: PublicCtx): Promise<void> {
  const before = sessionCookieOf(app.config, cookies);
  if (before === undefined) return;
  await tx
    .deleteFrom('session')
    .where('token_mac', '=', credentialMac(app, 'session', before))
    .execute();
}

/**
 * Gives the session a new token, with what else changes of it: one that somebody saw before the session could do more
 * opens nothing any more. It ends when it did: what proves anything anew lengthens nothing.
 */
export async function renewSession(
  tx: ChangeTx,
  ctx: Ctx,
  reply: Reply,
  changes: { confirmed_at?: string } = {},
): Promise<void> {
  await underNewToken(tx, ctx, reply, await heldSession(tx, ctx), changes);
}

/**
 * Opens the session that owed a code, for as long as one lasts, under a new token. `prove` spends the code, and is not asked
 * where the session owes none: one that is open has its end.
 */
export async function openAfterCode<Proof extends object>(
  tx: ChangeTx,
  ctx: Ctx,
  reply: Reply,
  prove: () => Promise<Proof | undefined>,
): Promise<Proof> {
  const session = await heldSession(tx, ctx);
  if (session.stage !== 'code')
    throw new AppError('not_found', 'No sign-in waits for a code here: this session is open already.');
  const proof = await prove();
  // A second factor that was taken away since leaves nothing to prove it with.
  if (proof === undefined) throw new AppError('unauthenticated', 'Sign in once more.');
  const expires = new Date(Date.parse(ctx.now()) + ctx.app.config.sessionHours * 3_600_000).toISOString();
  await underNewToken(tx, ctx, reply, session, { stage: 'open', expires_at: expires });
  return proof;
}

async function heldSession(tx: ChangeTx, { app, actor }: Ctx): Promise<Opened<'session'>> {
  const signedOut = () => new AppError('unauthenticated', 'This session has ended. Sign in.');
  const session = await openSealed(tx, app, 'session', actor.sessionId ?? '', signedOut);
  if (!session) throw signedOut();
  return session;
}

type Changes = { confirmed_at?: string; stage?: 'open'; expires_at?: string };

async function underNewToken(
  tx: ChangeTx,
  { app }: Ctx,
  reply: Reply,
  session: Opened<'session'>,
  changes: Changes,
): Promise<void> {
  const token = newSessionToken(app);
  await setSealed(tx, 'session', session, { ...changes, token_mac: credentialMac(app, 'session', token) });
  reply.headers['set-cookie'] = setSessionCookie(app.config, token);
}

/** Ends all sessions of the actor but the one that asks; answers how many. */
export async function endOtherSessions(tx: WriteDb, { id, sessionId }: Actor): Promise<number> {
  const ended = await tx
    .deleteFrom('session')
    .where('user_id', '=', id)
    .where('id', '<>', sessionId ?? '')
    .returning('id')
    .execute();
  return ended.length;
}

/** The actor's own sessions that are still open. */
export async function readSessions(ctx: ReadCtx & { app: App }): Promise<OutputOf<typeof listSessions>> {
  const now = ctx.app.clock();
  const idleSince = new Date(now.getTime() - ctx.app.config.sessionIdleMinutes * 60_000).toISOString();
  const rows = await ctx.db
    .selectFrom('session')
    .select(['id', 'created_at', 'last_seen_at', 'expires_at', 'address'])
    .where('user_id', '=', ctx.actor.id)
    .where('expires_at', '>', now.toISOString())
    .where('last_seen_at', '>=', idleSince)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const items = rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    address: row.address || null,
    current: row.id === ctx.actor.sessionId,
  }));
  return { items, total: items.length };
}

/** Signs out: ends this session at once. A token signs out of nothing. */
export async function signOut(ctx: Ctx, _input: unknown, reply: Reply): Promise<void> {
  const { sessionId } = ctx.actor;
  if (sessionId === undefined) return;
  await ctx.change(async (tx) => {
    await tx.deleteFrom('session').where('id', '=', sessionId).execute();
    return {
      result: {},
      audit: { action: 'session.closed', subject: `user:${ctx.actor.id}`, details: { user: ctx.actor.name } },
      endsActor: true,
    };
  });
  leave(ctx, reply);
}

/** Signs out everywhere: all sessions of the actor's end, this one as well. Tokens stay: they are revoked one by one. */
export async function endMySessions(ctx: Ctx, _input: unknown, reply: Reply): Promise<void> {
  await ctx.change(async (tx) => {
    const ended = await tx.deleteFrom('session').where('user_id', '=', ctx.actor.id).returning('id').execute();
    const details = { sessionsEnded: ended.length };
    const audit = { action: 'session.ended', subject: `user:${ctx.actor.id}`, details } as const;
    return { result: {}, audit, endsActor: true };
  });
  leave(ctx, reply);
}

/** Ends one of the actor's own sessions; another's does not exist. */
export async function endMySession(ctx: Ctx, { params }: { params: { id: string } }, reply: Reply): Promise<void> {
  await ctx.change(async (tx) => {
    const ended = await tx
      .deleteFrom('session')
      .where('id', '=', params.id)
      .where('user_id', '=', ctx.actor.id)
      .returning('id')
      .executeTakeFirst();
    if (!ended) throw notFound('session');
    return {
      result: {},
      audit: { action: 'session.ended', subject: `user:${ctx.actor.id}`, details: { sessionsEnded: 1 } },
      endsActor: params.id === ctx.actor.sessionId,
    };
  });
  if (params.id === ctx.actor.sessionId) leave(ctx, reply);
}

/** Ends all sessions of somebody, for administrators. */
export async function endUserSessions(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  await ctx.change(async (tx) => {
    await claimAdministrators(tx, ctx);
    const { name } = await requirePerson(tx, params.id);
    const ended = await tx.deleteFrom('session').where('user_id', '=', params.id).returning('id').execute();
    const details = { name, sessionsEnded: ended.length };
    const audit = { action: 'session.ended', subject: `user:${params.id}`, details } as const;
    return { result: {}, audit, endsActor: params.id === ctx.actor.id };
  });
}

/** The person an administrator acts on; refuses who does not exist. */
export async function requirePerson(tx: WriteDb, id: string): Promise<{ name: string }> {
  const row = await tx
    .selectFrom('user')
    .select('name')
    .where('id', '=', id)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (!row) throw notFound('user');
  return row;
}

function leave({ app }: Ctx, reply: Reply): void {
  reply.headers['set-cookie'] = setSessionCookie(app.config, undefined);
  reply.headers['clear-site-data'] = '"cookies", "storage"';
}
