import { randomBytes } from 'node:crypto';
import { basePath } from '../../src/contract/endpoint.ts';
import { foldText } from '../../src/domain/fold.ts';
import type { Role, Scope } from '../../src/domain/permissions.ts';
import { newId } from '../../src/server/ids.ts';
import { credentialMac } from '../../src/server/people/actors.ts';
import { hashPassword } from '../../src/server/people/password.ts';
import { sealRow } from './sealed.ts';
import { insertRows } from './seed.ts';
import type { World } from './world.ts';

/** The headers by which a request is somebody's. */
export type Credentials = Record<string, string>;

/** A person with a session that was just confirmed, and a token with all of the person's rights. */
export type Person = { id: string; role: Role; scope: Scope; session: Credentials; token: Credentials };

/** Of a password that nobody uses. */
const passwordHash = await hashPassword('a password nobody uses', { address: undefined });

type Wanted = { role: Role; scope: Scope; disabled?: boolean; expired?: boolean; confirmedMinutesAgo?: number };

/** Puts a person straight into the tables: hashing passwords for dozens of them would take the time of the test. */
export async function addPerson(world: World, wanted: Wanted): Promise<Person> {
  const { role, scope, disabled = false, expired = false, confirmedMinutesAgo = 0 } = wanted;
  const now = world.clock.now();
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
  const id = newId(world.app);
  const name = `Somebody ${id}`;
  const stored = scope === 'all' ? 'all' : JSON.stringify(scope);
  await insertRows(world, 'user', [
    {
      id,
      kind: 'person',
      name,
      search_f: foldText(name),
      email: `${id}@nordwind.example`,
      email_f: `${id}@nordwind.example`,
      password_hash: passwordHash,
      role,
      scope: stored,
      locale: 'en',
      disabled_at: disabled ? now.toISOString() : null,
      created_at: now.toISOString(),
    },
  ]);
  const [cookie, token] = [randomBytes(32).toString('base64url'), `keybook_${randomBytes(32).toString('base64url')}`];
  await sealRow(world, 'user', id);
  const [sessionId, tokenId] = [newId(world.app), newId(world.app)];
  await insertRows(world, 'session', [
    {
      id: sessionId,
      token_mac: credentialMac(world.app, 'session', cookie),
      user_id: id,
      created_at: at(-60),
      last_seen_at: now.toISOString(),
      confirmed_at: at(-confirmedMinutesAgo),
      expires_at: at(expired ? -1 : 600),
    },
  ]);
  await insertRows(world, 'token', [
    {
      id: tokenId,
      token_mac: credentialMac(world.app, 'token', token),
      name: 'of a test',
      user_id: id,
      role,
      scope: 'owner',
      expires_on: expired ? '2026-11-20' : '2027-11-20',
      last_used_on: '',
      revoked_at: null,
      created_at: now.toISOString(),
    },
  ]);
  await sealRow(world, 'session', sessionId);
  await sealRow(world, 'token', tokenId);
  return {
    id,
    role,
    scope,
    session: { cookie: `keybook=${cookie}` },
    token: { authorization: `Bearer ${token}` },
  };
}

/** An answer of any content type, as text. */
export type RawAnswer = { status: number; text: string; headers: Headers };

/** Sends a request with somebody's credentials, whatever it answers. */
export async function send(
  { http }: Pick<World, 'http'>,
  credentials: Credentials,
  { method, path, body, headers = {} }: { method: string; path: string; body?: unknown; headers?: Credentials },
): Promise<RawAnswer> {
  const isForm = body instanceof FormData;
  const type = body !== undefined && !isForm ? { 'content-type': 'application/json' } : {};
  const response = await http.request(basePath + path, {
    method,
    headers: { ...type, ...credentials, ...headers },
    ...(body !== undefined && { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
