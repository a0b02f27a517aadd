import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { basePath, type Endpoint } from '../../contract/endpoint.ts';
import { doneFor } from '../../db/patience.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { AlreadyDone } from '../change.ts';
import type { App, Idempotency } from '../context.ts';
import { recordRefused } from '../limits/refused-attempts.ts';
import { countAnonymous, countRequest, lookingUp, takePlace, whenSent } from '../limits/request-limits.ts';
import type { SignedIn } from '../people/acting.ts';
import { actorOfSession, actorOfToken, sameActor } from '../people/actors.ts';
import { sessionCookieOf } from '../people/session-cookie.ts';
import type { PublicRoute, Reply, Route } from '../route.ts';
import { permit } from '../scope/permit.ts';
import { bodyBytes } from './body-bytes.ts';
import { clientAddress } from './client-address.ts';
import { findReplay } from './idempotency.ts';
import { requireOwnHost } from './own-origin.ts';
import { asAppError, problemAnswer } from './problem.ts';
import { noteRefusal } from './refusal-log.ts';
import { ClientGone, check, readBody } from './request.ts';
import { contextOf } from './request-context.ts';
import { safeHeaders } from './safe-headers.ts';
import { requireSameOrigin } from './same-origin.ts';

/** Puts the routes under the base path. Everything between a request and its verb is here. */
export function httpApi(app: App, routes: readonly (Route | PublicRoute)[], http: Hono): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const { method, path } = route.endpoint;
    const address = basePath + path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(address, [...(methods.get(address) ?? []), method]);
    http.on(method, address, (c) => serve(app, route, c));
  }
  for (const [address, known] of methods)
    http.all(address, (c) =>
      failed(app, c, randomUUID(), new AppError('method_not_allowed', `Use ${known.join(' or ')} here.`)),
    );
  http.notFound((c) => failed(app, c, randomUUID(), new AppError('not_found', 'There is nothing at this address.')));
  http.onError((error, c) => failed(app, c, randomUUID(), error));
}

async function serve(app: App, route: Route | PublicRoute, c: Context): Promise<Response> {
  const requestId = randomUUID();
  const reply: Reply = { headers: { ...safeHeaders(app.config), 'x-request-id': requestId } };
  try {
    requireOwnHost(app.config, c);
    const body =
      'handlePublic' in route
        ? await servePublic(app, route, c, requestId, reply)
        : await serveActor(app, route, c, requestId, reply);
    // Whoever asks for the head alone reads nothing: what the body holds ends here.
    if (c.req.method === 'HEAD' && body instanceof ReadableStream) await body.cancel();
    return answer(route.endpoint, body, reply);
  } catch (error) {
    return failed(app, c, requestId, error, route.endpoint.path);
  }
}

async function servePublic(
  app: App,
  route: PublicRoute,
  c: Context,
  requestId: string,
  reply: Reply,
): Promise<unknown> {
  countAnonymous(app, clientAddress(app, c));
  requireSameOrigin(app.config, route.endpoint, c);
  const { value } = await readBody(route.endpoint, c.req.raw);
  const input = inputOf(route.endpoint, c, value);
  return route.handlePublic(
    { app, requestId, address: clientAddress(app, c), reply, cookies: c.req.header('cookie') },
    input,
  );
}

async function serveActor(app: App, route: Route, c: Context, requestId: string, reply: Reply): Promise<unknown> {
  const who = await signedIn(app, route.endpoint, c);
  try {
    countRequest(app, who.actor.id);
    return await answerActor(app, route, c, { ...who, requestId }, reply);
  } catch (error) {
    await record(app, route.endpoint, c, who, error);
    throw error;
  }
}

/** What a known actor was refused goes into the log; where that fails, the refusal stands all the same. */
async function record(app: App, endpoint: Endpoint, c: Context, who: SignedIn, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) return;
  try {
    await recordRefused(app, { ...who, endpoint, error, address: clientAddress(app, c), target: c.req.param('id') });
  } catch (failure) {
    app.reportBug(failure, { requestId: '', method: c.req.method, path: endpoint.path, code: 'not_recorded' });
  }
}

async function answerActor(
  app: App,
  route: Route,
  c: Context,
  { requestId, ...who }: SignedIn & { requestId: string },
  reply: Reply,
): Promise<unknown> {
  const { endpoint } = route;
  const { actor } = who;
  requireAllowed(app, endpoint, who);
  const known = { requestId, askedAt: performance.now(), ...who };
  // Before the body, which an import holds in memory.
  const release = await takePlace(app, actor.id, endpoint, c.req.raw);
  if (!release) return answerKnown(app, route, c, known, reply);
  try {
    return whenSent(await answerKnown(app, route, c, known, reply), release);
  } catch (error) {
    release();
    throw error;
  }
}

function requireAllowed(app: App, endpoint: Endpoint, who: SignedIn): void {
  requireFinished(endpoint, who.unfinished);
  for (const action of [endpoint.permission, endpoint.alsoNeeds])
    if (action !== undefined && action !== 'public') permit(who, action, app.clock());
}

/** How old an answer may be to whether somebody may do what they ask. */
const freshMs = 50;

/**
 * Who asks, once the body is there: it may have taken minutes to come, or others went first. What is written asks once more,
 * inside its transaction (`requireActing`).
 */
async function askedNow(app: App, endpoint: Endpoint, who: SignedIn, askedAt: number): Promise<SignedIn> {
  if (performance.now() - askedAt < freshMs) return who;
  const now = await sameActor(app, who.actor);
  if (!now) throw new AppError('unauthenticated', 'The session or token has ended while this request was sent.');
  requireAllowed(app, endpoint, now);
  return now;
}

/** Answers a request whose sender may send it. */
async function answerKnown(
  app: App,
  route: Route,
  c: Context,
  { requestId, askedAt, ...who }: SignedIn & { requestId: string; askedAt: number },
  reply: Reply,
): Promise<unknown> {
  const { endpoint } = route;
  const { value, fingerprint } = await readBody(endpoint, c.req.raw);
  const { actor, settings } = await askedNow(app, endpoint, who, askedAt);
  const input = inputOf(endpoint, c, value);
  const idempotency = idempotencyOf(app, actor.id, endpoint, c, fingerprint);
  const ctx = contextOf(app, {
    actor,
    settings,
    requestId,
    address: clientAddress(app, c),
    idempotency,
    ifMatch: ifMatchOf(endpoint, c),
    asked: endpoint,
    respondAsync: endpoint.prefersAsync === true && prefersAsync(c),
  });
  const asker = { id: actor.id, request: c.req.raw, gone: () => new ClientGone() };
  if (!idempotency) return doneFor(asker, () => route.handle(ctx, input, reply));
  const done = await findReplay(ctx, idempotency);
  if (done) return route.replay(ctx, done.result, input, reply);
  try {
    return await route.handle(ctx, input, reply);
  } catch (error) {
    if (!(error instanceof AlreadyDone)) throw error;
    const first = await findReplay(ctx, idempotency);
    if (!first) throw error;
    return route.replay(ctx, first.result, input, reply);
  }
}

/** More than any list has fields. */
const mostParameters = 300;

function inputOf(endpoint: Endpoint, c: Context, body: unknown) {
  const search = new URL(c.req.url).searchParams;
  if (search.size > mostParameters)
    throw invalid({ pointer: '', code: 'too_many', detail: `An address takes ${mostParameters} parameters at most.` });
  const params = endpoint.params ? check(endpoint.params, c.req.param(), 'path') : undefined;
  const query = endpoint.list
    ? undefined
    : endpoint.query
      ? check(endpoint.query, Object.fromEntries(search), '?')
      : noQuery(search);
  return { params, query, search, body: endpoint.body ? check(endpoint.body, body, '') : noBody(body) };
}

function noQuery(search: URLSearchParams): undefined {
  for (const name of search.keys())
    throw invalid({
      pointer: `?${name}`,
      code: 'unknown_parameter',
      detail: `This address does not take ${name.slice(0, 60)}.`,
    });
}

function noBody(body: unknown): undefined {
  if (body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0))
    return undefined;
  throw invalid({ pointer: '', code: 'unknown_field', detail: 'This address takes no body.' });
}

async function signedIn(app: App, endpoint: Endpoint, c: Context): Promise<SignedIn> {
  const asking = { address: clientAddress(app, c), request: c.req.raw };
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(header)?.[1];
    const found = token && (await lookingUp(app, { ...asking, credential: token }, () => actorOfToken(app, token)));
    if (found) return found;
    countAnonymous(app, asking.address);
    throw new AppError('unauthenticated', 'This token opens nothing: it is wrong, expired or revoked.');
  }
  const cookie = sessionCookieOf(app.config, c.req.header('cookie'));
  const found =
    cookie === undefined
      ? undefined
      : await lookingUp(app, { ...asking, credential: cookie }, () => actorOfSession(app, cookie));
  if (!found) {
    countAnonymous(app, asking.address);
    throw new AppError('unauthenticated', 'Sign in, or send a token as Authorization: Bearer.');
  }
  requireSameOrigin(app.config, endpoint, c);
  return found;
}

/** Refuses whoever still owes a code, or must set up a second factor, everything but that. */
function requireFinished(endpoint: Endpoint, owed: SignedIn['unfinished']): void {
  if (owed === undefined || endpoint.unfinished?.includes(owed)) return;
  if (owed === 'code')
    throw new AppError('second_factor_needed', 'Give the code of your second factor first: POST /session/code');
  throw new AppError('enrolment_needed', 'Everybody here needs a second factor. Set yours up: POST /me/second-factor');
}

/** RFC 7240: `Prefer: respond-async`, alone or among others. */
function prefersAsync(c: Context): boolean {
  return (c.req.header('prefer') ?? '').split(',').some((wish) => wish.trim().toLowerCase() === 'respond-async');
}

function ifMatchOf(endpoint: Endpoint, c: Context): number | '*' | undefined {
  const header = c.req.header('if-match');
  if (header === undefined) {
    if (endpoint.ifMatch === 'required')
      throw new AppError(
        'if_match_missing',
        'Send If-Match with the ETag of the record you read, or * for whatever it is now.',
      );
    return undefined;
  }
  if (endpoint.ifMatch === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const version = /^(?:W\/)?"(\d{1,12})"$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw invalid({
      pointer: '',
      code: 'invalid',
      detail: 'If-Match takes an ETag as the record answered it, such as "3", or *.',
    });
  return Number(version);
}

function idempotencyOf(
  app: App,
  actorId: string,
  endpoint: Endpoint,
  c: Context,
  fingerprint: Uint8Array | string,
): Idempotency | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || endpoint.method !== 'POST' || endpoint.replay === undefined || endpoint.replay === 'never')
    return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw invalid({ pointer: '', code: 'invalid', detail: 'Idempotency-Key takes 1 to 200 visible ASCII characters.' });
  const url = new URL(c.req.url);
  return {
    actorId,
    method: 'POST',
    path: url.pathname + url.search,
    key: app.vault.mac('idempotency', key),
    formerKey: key,
    bodyMac: app.vault.mac('body', fingerprint),
    status: endpoint.status,
  };
}

function answer(endpoint: Endpoint, body: unknown, { headers, cookies = [] }: Reply): Response {
  if (body === undefined) {
    const empty = new Response(null, { status: endpoint.status === 200 ? 204 : endpoint.status, headers });
    for (const cookie of cookies) empty.headers.append('set-cookie', cookie);
    return empty;
  }
  // A handler that answers a file has said its content type itself.
  if (body instanceof ReadableStream) return new Response(body, { status: endpoint.status, headers });
  if (typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'number')
    headers.etag = `"${body.version}"`;
  headers['content-type'] = 'application/json';
  return new Response(bodyBytes(body), { status: endpoint.status, headers });
}

/** The log names the address without what a client put into it: people paste license keys anywhere. */
function failed(app: App, c: Context, requestId: string, thrown: unknown, path = ''): Response {
  const error = asAppError(thrown);
  const { status, headers, body } = problemAnswer(error, requestId);
  if (thrown instanceof ClientGone) app.log.debug({ requestId, method: c.req.method, path }, 'client gone');
  noteRefusal(app, { code: error.code, method: c.req.method, path, address: clientAddress(app, c), requestId });
  if (status >= 500) app.reportBug(thrown, { requestId, method: c.req.method, path, code: error.code });
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...safeHeaders(app.config), 'x-request-id': requestId, ...headers },
  });
}
