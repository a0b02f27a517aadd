import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import type { confirmSession, getMe, openSession } from '../../contract/people.ts';
import type { WriteDb } from '../../db/open.ts';
import { todayIn } from '../../domain/day.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { change } from '../change.ts';
import type { Actor, App, Ctx, ReadCtx, Settings } from '../context.ts';
import { newId } from '../ids.ts';
import type { PublicCtx, Reply } from '../route.ts';
import { readScope, readSettings, tokenHash } from './actors.ts';
import { passwordFits } from './password.ts';
import { setSessionCookie } from './session-cookie.ts';

type Me = OutputOf<typeof getMe>;

const sessionHours = 12;

/** Signs a person in with e-mail and password; the same words and time whether the e-mail or the password is wrong. */
export async function signIn(ctx: PublicCtx, { body }: { body: BodyOf<typeof openSession> }): Promise<Me> {
  const { app } = ctx;
  const settings = await readSettings(app);
  const user = await app.database.read
    .selectFrom('user')
    .selectAll()
    .where('email_f', '=', foldText(body.email))
    .where('kind', '=', 'person')
    .executeTakeFirst();
  const fits = await passwordFits(body.password, user?.password_hash ?? null);
  if (!user || !fits || user.disabled_at !== null) {
    if (user) await recordRefusal(ctx, user);
    throw new AppError('wrong_credentials', 'E-mail or password is wrong.');
  }
  const actor = personActor(user);
  const token = newSessionToken(app);
  const now = app.clock().toISOString();
  await change({ app, actor, address: ctx.address, idempotency: undefined, now: () => now }, async (tx) => {
    await insertSession(tx, app, user.id, token);
    return {
      result: {},
      audit: { action: 'session.opened', subject: `user:${user.id}`, details: { user: user.name } },
    };
  });
  ctx.reply.headers['set-cookie'] = setSessionCookie(app.config, token);
  return describeMe(actor, settings, user.email, app);
}

type UserRow = { id: string; name: string; role: 'administrator' | 'technician' | 'auditor'; scope: string };

/** A user as an actor who has just proved who they are. */
function personActor(user: UserRow): Actor {
  return { kind: 'session', id: user.id, name: user.name, roles: [user.role], scope: readScope(user.scope) };
}

async function recordRefusal({ app, address }: PublicCtx, user: UserRow): Promise<void> {
  const now = app.clock().toISOString();
  await change({ app, actor: personActor(user), address, idempotency: undefined, now: () => now }, async () => ({
    result: {},
    audit: { action: 'session.refused', subject: `user:${user.id}`, details: { user: user.name } },
  }));
}

export function newSessionToken(app: App): string {
  return app.randomBytes(32).toString('base64url');
}

/** Opens a session inside a change; only the token's hash is kept. */
export async function insertSession(tx: WriteDb, app: App, userId: string, token: string): Promise<void> {
  const now = app.clock();
  await tx
    .insertInto('session')
    .values({
      id: newId(app),
      token_hash: tokenHash(token),
      user_id: userId,
      created_at: now.toISOString(),
      last_seen_at: now.toISOString(),
      confirmed_at: now.toISOString(),
      expires_at: new Date(now.getTime() + sessionHours * 3_600_000).toISOString(),
    })
    .execute();
}

export function describeMe(actor: Actor, settings: Settings, email: string | null, app: App): Me {
  return {
    id: actor.id,
    kind: actor.kind === 'system' ? 'local' : actor.kind,
    name: actor.name,
    email,
    // Every actor has at least one role.
    role: actor.roles[0] as Me['role'],
    customerIds: actor.scope === 'all' ? null : [...actor.scope],
    organisation: settings.organisation,
    timeZone: settings.timeZone,
    locale: settings.locale,
    houseId: settings.houseId,
    today: todayIn(settings.timeZone, app.clock()),
  };
}

/** Who the request acts as. */
export async function whoAmI(ctx: ReadCtx & { app: App }): Promise<Me> {
  const user = await ctx.db.selectFrom('user').select('email').where('id', '=', ctx.actor.id).executeTakeFirst();
  return describeMe(ctx.actor, ctx.settings, user?.email ?? null, ctx.app);
}

/** Signs out: ends this session at once. A token signs out of nothing. */
export async function signOut(ctx: Ctx, _input: unknown, reply: Reply): Promise<undefined> {
  const { sessionId } = ctx.actor;
  if (sessionId === undefined) return undefined;
  await ctx.change(async (tx) => {
    await tx.deleteFrom('session').where('id', '=', sessionId).execute();
    return {
      result: {},
      audit: { action: 'session.closed', subject: `user:${ctx.actor.id}`, details: { user: ctx.actor.name } },
    };
  });
  reply.headers['set-cookie'] = setSessionCookie(ctx.app.config, undefined);
  reply.headers['clear-site-data'] = '"cookies", "storage"';
  return undefined;
}

/** Confirms with the password that the session is still its owner's. */
export async function confirm(ctx: Ctx, { body }: { body: BodyOf<typeof confirmSession> }): Promise<undefined> {
  const { sessionId } = ctx.actor;
  if (sessionId === undefined) throw new AppError('forbidden', 'Only a signed-in person can confirm; a token cannot.');
  const user = await ctx.db
    .selectFrom('user')
    .select(['name', 'password_hash'])
    .where('id', '=', ctx.actor.id)
    .executeTakeFirst();
  if (!(await passwordFits(body.password ?? '', user?.password_hash ?? null)))
    throw new AppError('wrong_credentials', 'The password is wrong.');
  await ctx.change(async (tx) => {
    await tx.updateTable('session').set({ confirmed_at: ctx.now() }).where('id', '=', sessionId).execute();
    return {
      result: {},
      audit: {
        action: 'session.opened',
        subject: `user:${ctx.actor.id}`,
        details: { user: ctx.actor.name, confirmed: true },
      },
    };
  });
  return undefined;
}
