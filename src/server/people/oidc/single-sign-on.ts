import type { QueryOf } from '../../../contract/endpoint.ts';
import type { startSingleSignOn as startEndpoint } from '../../../contract/sign-in.ts';
import { AppError, problems } from '../../../domain/errors.ts';
import { change } from '../../change.ts';
import type { Actor, App } from '../../context.ts';
import { noteRefusal } from '../../http/refusal-log.ts';
import type { PublicCtx } from '../../route.ts';
import { type ChangeTx, heldFactors, type Opened } from '../../seals/change-sealed.ts';
import { openFactors } from '../../seals/factor-rows.ts';
import { isGenuinePerson } from '../../seals/is-genuine.ts';
import { actorOfSession } from '../actors.ts';
import { sessionCookieOf, setSessionCookie } from '../session-cookie.ts';
import { endSessionBefore, insertSession, newSessionToken } from '../sessions.ts';
import { openedEntry, personActor } from '../sign-in.ts';
import { beginFlow } from './begin-flow.ts';
import { type Flow, readFlow, setFlowCookie } from './flow-cookie.ts';
import { type Account, linkMine } from './identities.ts';
import { providerOf } from './provider.ts';

/** Leads the browser to the provider, with a flow in a cookie that only this browser brings back. */
export async function startSingleSignOn(
  { app, reply }: PublicCtx,
  { query }: { query: QueryOf<typeof startEndpoint> },
): Promise<void> {
  const { url, cookie } = await beginFlow(app, { confirm: query.confirm === 'true' });
  reply.headers.location = url;
  reply.headers['set-cookie'] = cookie;
}

/**
 * Takes the browser back from the provider: signs the linked person in, or links the account to who began, and leads
 * on into Keybook. A refusal leads to the sign-in page, which has the words for its code: nobody reads JSON there.
 */
export async function finishSingleSignOn(ctx: PublicCtx, { search }: { search: URLSearchParams }): Promise<void> {
  const { app, reply } = ctx;
  await providerOf(app);
  const cookies = [setFlowCookie(app, undefined)];
  try {
    const flow = readFlow(app, ctx.cookies);
    const account = await accountOf(app, flow, search);
    if (flow.linkTo) {
      await linkMine(app, await requireSameSession(ctx, flow.linkTo), account, ctx.address);
      reply.headers.location = '/settings?linked=true';
    } else {
      const { token, stage } = await openSession(ctx, account, flow.confirm);
      cookies.push(setSessionCookie(app.config, token));
      reply.headers.location = stage === 'code' ? '/sign-in?step=code' : '/';
    }
  } catch (error) {
    if (!(error instanceof AppError) || problems[error.code].status >= 500) throw error;
    const { address, requestId } = ctx;
    noteRefusal(app, { code: error.code, method: 'GET', path: '/session/oidc/callback', address, requestId });
    reply.headers.location = `/sign-in?problem=${error.errors[0]?.code ?? error.code}`;
  }
  reply.cookies = cookies;
}

/** Exchanges the provider's answer for an ID token: issuer, audience, signature, nonce and times are checked. */
async function accountOf(app: App, flow: Flow, search: URLSearchParams): Promise<Account> {
  const { configuration, callback } = await providerOf(app);
  const client = await import('openid-client');
  const address = new URL(callback);
  address.search = search.toString();
  try {
    const tokens = await client.authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
      ...(flow.confirm && { maxAge: 600 }),
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('no ID token');
    if (flow.confirm) requireAskedAgain(flow, claims.auth_time);
    return { issuer: claims.iss, subject: claims.sub };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { refusal, alg } = refusalOf(error);
    // Its message may quote what a browser sent.
    const code = 'code' in error ? error.code : '';
    app.log.warn(
      { error: error.name, code, ...(alg && { alg }) },
      `single sign-on came to nothing: ${refusal.message}`,
    );
    throw refusal;
  }
}

/** Clocks of two machines differ by less. */
const clockToleranceMs = 60_000;

/**
 * Refuses to take for a confirmation that somebody was at the provider some time ago: it was asked to ask again
 * (`max_age=0`), and says when it did.
 */
function requireAskedAgain({ startedAt }: Flow, authTime: number | undefined): void {
  if (authTime !== undefined && authTime * 1000 >= Date.parse(startedAt) - clockToleranceMs) return;
  throw refused('not_asked_again', 'The provider did not ask once more who you are. Confirm with your password.');
}

function refused(code: string, detail: string): AppError {
  return new AppError('sign_in_abandoned', detail, [{ pointer: '', code, detail }]);
}

/** Why the provider's answer was not taken, where that is known. */
function refusalOf(error: Error): { refusal: AppError; alg?: string } {
  if (error instanceof AppError) return { refusal: error };
  const alg = algorithmOf(error);
  if (alg === undefined || alg === 'RS256' || alg === 'none')
    return { refusal: new AppError('sign_in_abandoned', 'The provider did not say who you are. Begin again.') };
  const detail =
    'The provider signs its ID tokens in a way that is not taken, such as HS256. Set RS256 for Keybook there (ID token signature algorithm).';
  return { refusal: refused('signed_otherwise', detail), alg };
}

/** The algorithm of a signature that the library did not take: it stands beside the cause, or in its header. */
function algorithmOf({ cause }: { cause?: unknown }): string | undefined {
  if (cause instanceof Error) return algorithmOf(cause);
  if (typeof cause !== 'object' || cause === null) return undefined;
  if ('header' in cause) return algorithmOf({ cause: cause.header });
  return 'alg' in cause && typeof cause.alg === 'string' && /^\w{2,10}$/.test(cause.alg) ? cause.alg : undefined;
}

async function openSession(ctx: PublicCtx, account: Account, confirmed: boolean) {
  const { app, address } = ctx;
  const user = await app.database.read
    .selectFrom('identity as i')
    .innerJoin('user as u', 'u.id', 'i.user_id')
    .selectAll('u')
    .where('i.issuer', '=', account.issuer)
    .where('i.subject', '=', account.subject)
    .executeTakeFirst();
  // Whose account it is, the change judges.
  if (!user || user.disabled_at !== null || !(await isGenuinePerson(app, app.database.read, user, {})))
    throw notLinked();
  const token = newSessionToken(app);
  const now = app.clock().toISOString();
  const by = { app, actor: personActor(user), address, idempotency: undefined, asked: undefined, now: () => now };
  const { stage } = await change(by, async (tx) => {
    const person = await claimLinked(tx, app, user.id, account);
    const stage = person.enrolled_at === null ? 'open' : 'code';
    await endSessionBefore(tx, ctx);
    const ended = await insertSession(tx, app, { userId: person.id, token, address, confirmed, stage });
    const entry = openedEntry(person, { by: 'singleSignOn', ...ended });
    const details = { ...entry.details, ...(stage === 'code' && { owes: 'code' }) };
    return { result: { stage } as const, audit: { ...entry, details } };
  });
  return { token, stage };
}

/**
 * Holds the person whose account this is. Only the identities under the seal count, as they are held now: a row that was
 * there when the person was looked for may be gone when it is judged.
 */
async function claimLinked(tx: ChangeTx, app: App, id: string, { issuer, subject }: Account): Promise<Opened<'user'>> {
  const person = await openFactors(tx, app, id, notLinked);
  const identities = (person && heldFactors(tx, person)?.identities) ?? [];
  const isTheirs = identities.some((identity) => identity.issuer === issuer && identity.subject === subject);
  if (!person || !isTheirs || person.disabled_at !== null) throw notLinked();
  return person;
}

function notLinked(): AppError {
  return new AppError('not_linked', 'Nobody here is linked to this account. Sign in with a password and link it.');
}

/** Refuses to link to anybody but who began, in the session that was confirmed for it. */
async function requireSameSession(
  { app, cookies }: PublicCtx,
  { userId, sessionId }: NonNullable<Flow['linkTo']>,
): Promise<Actor> {
  const cookie = sessionCookieOf(app.config, cookies);
  const found = cookie === undefined ? undefined : await actorOfSession(app, cookie);
  if (found?.actor.id === userId && found.actor.sessionId === sessionId && !found.unfinished) return found.actor;
  throw new AppError('sign_in_abandoned', 'You have signed out meanwhile. Sign in and begin again.');
}
