import type { BodyOf } from '../../contract/endpoint.ts';
import type { openSession } from '../../contract/people.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { change } from '../change.ts';
import type { Actor, App } from '../context.ts';
import { recordRefusedSignIn } from '../limits/refused-attempts.ts';
import type { PublicCtx } from '../route.ts';
import { type ChangeTx, openSealed, setSealed } from '../seals/change-sealed.ts';
import { isGenuinePerson } from '../seals/is-genuine.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { passwordDigest } from '../secrets/digests.ts';
import { readScope } from './acting.ts';
import { readSettings } from './actors.ts';
import { underCodeCeiling } from './code-ceiling.ts';
import { describeMe, type Me } from './me.ts';
import { hashPassword, isOutdated, passwordFits } from './password.ts';
import { spendCode } from './second-factor-code.ts';
import { setSessionCookie } from './session-cookie.ts';
import { endSessionBefore, insertSession, newSessionToken } from './sessions.ts';
import { throttled } from './throttle.ts';

/**
 * Signs a person in with e-mail and password, and with a code where a second factor is set up: without one, who knows
 * the password is asked for it. The same words, and the same work, whether the e-mail or the password is wrong.
 */
export async function signIn(ctx: PublicCtx, { body }: { body: BodyOf<typeof openSession> }): Promise<Me> {
  const { app, address } = ctx;
  const settings = await readSettings(app);
  const user = await throttled(app, 'sign-in', { account: foldText(body.email), address }, async (spend) => {
    const found = await personWithPassword(ctx, body);
    if (!found.fits) {
      await (found.user ? recordRefusedSignIn(app, { actor: personActor(found.user), address }, 'password') : spend());
      throw new AppError('wrong_credentials', 'E-mail or password is wrong.');
    }
    const token = await openWithPassword(ctx, found.user, body);
    ctx.reply.headers['set-cookie'] = setSessionCookie(app.config, token);
    return found.user;
  });
  return describeMe(personActor(user), settings, user.email, app);
}

type Person = RowOf<'user'>;
type Credentials = BodyOf<typeof openSession>;
type Found = { fits: true; user: Person } | { fits: false; user: Person | undefined };

/** A person that the server did not write so is nobody. */
async function personWithPassword(ctx: PublicCtx, { email, password }: Credentials): Promise<Found> {
  const { app } = ctx;
  const asked = { email_f: foldText(email), kind: 'person' } as const;
  const row = await app.database.read
    .selectFrom('user')
    .selectAll()
    .where('email_f', '=', asked.email_f)
    .where('kind', '=', asked.kind)
    .executeTakeFirst();
  const user = row && (await isGenuinePerson(app, app.database.read, row, asked)) ? row : undefined;
  const fits = await passwordFits(password, user?.password_hash ?? null, ctx);
  return user && fits && user.disabled_at === null ? { fits, user } : { fits: false, user };
}

/** Opens the session with its entry, and answers its token. A hash made at a lower cost is made again. */
async function openWithPassword(ctx: PublicCtx, user: Person, given: Credentials): Promise<string> {
  const { app, address } = ctx;
  const token = newSessionToken(app);
  const renewed = isOutdated(user.password_hash) ? await hashPassword(given.password, ctx) : user.password_hash;
  const now = app.clock().toISOString();
  const by = { app, actor: personActor(user), address, idempotency: undefined, asked: undefined, now: () => now };
  try {
    await underCodeCeiling(app, user.id, given, () =>
      change(by, async (tx) => {
        await claimPerson(tx, app, user, renewed);
        await endSessionBefore(tx, ctx);
        const used = await spendCode(tx, app, user.id, given);
        const session = { userId: user.id, token, address, confirmed: true, stage: 'open' } as const;
        const ended = await insertSession(tx, app, session);
        const rehashed = renewed !== null && renewed !== user.password_hash;
        const proved = { ...used, ...ended, ...(rehashed && { passwordDigest: passwordDigest(app.vault, renewed) }) };
        return { result: {}, audit: openedEntry(user, proved) };
      }),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'wrong_code')
      await recordRefusedSignIn(app, { actor: personActor(user), address }, 'code');
    throw error;
  }
  return token;
}

/** Holds the person's row; refuses where the password was changed, or the person disabled, since it was looked at. */
async function claimPerson(tx: ChangeTx, app: App, { id, password_hash }: Person, hash: string | null): Promise<void> {
  const wrong = () => new AppError('wrong_credentials', 'E-mail or password is wrong.');
  const row = await openSealed(tx, app, 'user', id, wrong);
  if (!row || row.password_hash !== password_hash || row.disabled_at !== null) throw wrong();
  if (hash !== password_hash) await setSealed(tx, 'user', row, { password_hash: hash });
}

/** The entry of a sign-in, with what proved it beside the password. */
export function openedEntry({ id, name }: { id: string; name: string }, proved: object = {}) {
  return { action: 'session.opened', subject: `user:${id}`, details: { user: name, ...proved } } as const;
}

/** A user as an actor who has just proved who they are. */
export function personActor(user: Pick<Person, 'id' | 'name' | 'role' | 'scope'>): Actor {
  return { kind: 'session', id: user.id, name: user.name, roles: [user.role], scope: readScope(user.scope) };
}
