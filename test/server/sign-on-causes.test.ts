import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { atEnd } from '../harness/at-end.ts';
import { freePort } from '../harness/process.ts';
import { type Browser, listenFor, newBrowser } from '../harness/real-http.ts';
import { adminPassword, newWorld } from '../harness/world.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A provider that asks nobody: it says what the test wants of when it did, and signs as the test wants. */
async function startProvider(port: number) {
  const issuer = `http://127.0.0.1:${port}`;
  const says = { subject: 'subject-of-nora', authAgeSeconds: 0, alg: 'RS256' };
  let nonce: string | null = null;
  const idToken = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: says.subject, aud: 'keybook', iat: now, exp: now + 600, nonce };
    const text = `${part({ alg: says.alg, kid: 'test' })}.${part({ ...claims, auth_time: now - says.authAgeSeconds })}`;
    const signature =
      says.alg === 'HS256'
        ? createHmac('sha256', 'a secret that both know').update(text).digest()
        : sign('sha256', Buffer.from(text), privateKey);
    return `${text}.${signature.toString('base64url')}`;
  };
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256'],
    }),
    '/jwks': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' }] }),
    '/token': () => ({ access_token: 'x', token_type: 'Bearer', expires_in: 600, id_token: idToken() }),
  };
  await listenOn(createServer(handle), port);

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', issuer);
    if (url.pathname === '/authorize') {
      nonce = url.searchParams.get('nonce');
      const back = `${url.searchParams.get('redirect_uri')}?code=x&state=${url.searchParams.get('state')}`;
      response.writeHead(302, { location: back }).end();
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers[url.pathname]?.()));
    }
  }
  return says;
}

async function listenOn(server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>, port: number) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** Leads a browser to the provider and back; answers where it ends. */
async function led({ call }: Browser, url: string, query: string): Promise<string | null> {
  const toProvider = await call('GET', `${url}/api/v1/session/oidc${query}`);
  const back = await fetch(toProvider.headers.get('location') ?? '', { redirect: 'manual' });
  return (await call('GET', back.headers.get('location') ?? '')).headers.get('location');
}

describe('single sign-on with a provider that says odd things', async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const world = await newWorld('sqlite', {
    BASE_URL: url,
    OIDC_ISSUER: `http://127.0.0.1:${providerPort}`,
    OIDC_CLIENT_ID: 'keybook',
  });
  await listenFor(world, port);
  const provider = await startProvider(providerPort);
  const ada = newBrowser(url);
  await ada.call('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword });
  const nora = await ada.call('POST', '/users', { name: 'Nora', email: 'nora@x.example', role: 'administrator' });
  await ada.call('POST', `/users/${nora.body.id}/identities`, { subject: 'subject-of-nora' });
  // The provider goes by the clock of this machine.
  world.clock.set(new Date().toISOString());

  it('S19: a confirmation takes that the provider has asked since it began, not some minutes before', async () => {
    provider.authAgeSeconds = 300;
    const before = newBrowser(url);
    expect(await led(before, url, '?confirm=true')).toMatch(/^\/sign-in\?problem=/);
    expect((await before.call('GET', '/me')).status).toBe(401);
    expect(await led(newBrowser(url), url, '')).toBe('/');
    provider.authAgeSeconds = 0;
    const asked = newBrowser(url);
    expect(await led(asked, url, '?confirm=true')).toBe('/');
    expect((await asked.call('POST', '/tokens', { name: 'x', role: 'auditor' })).status).toBe(201);
  });

  it('S22: a provider that signs with HS256 is named as the cause', async () => {
    provider.alg = 'HS256';
    expect(await led(newBrowser(url), url, '')).toBe('/sign-in?problem=signed_otherwise');
    provider.alg = 'RS256';
    expect(await led(newBrowser(url), url, '')).toBe('/');
  });
});

// Of nobody, for a test: signed by itself, as by an authority that no machine knows, for a hundred years.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1k9TnxuElkOYfWzK
E72ZR9T2tKVRR3JXL1Lag6cAwlChRANCAARqqOp04yOfm114LjHSeeYMfMkJUb4c
7m9ddwsMunQNyfonFPSbkM1K7aBS4SwsxFkD3u9WaUhL1TCOqk0H6zu9
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUXiM495nO0ujiZKc3G8TsaRXSw4swCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyOTIzMzYxNVoYDzIxMjYxMTA1
MjMzNjE1WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARqqOp04yOfm114LjHSeeYMfMkJUb4c7m9ddwsMunQNyfonFPSbkM1K
7aBS4SwsxFkD3u9WaUhL1TCOqk0H6zu9o2QwYjAdBgNVHQ4EFgQUQYbzvPyLf++L
BqHQmwr9U48TcVUwHwYDVR0jBBgwFoAUQYbzvPyLf++LBqHQmwr9U48TcVUwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IAEuPfuXvFvJO7xQ9Iuhn8XF360q41RDlBnGCOJcEc7nAiAZqYyG1oGqCogsI0HE
sqtwuA0DqODEbYA6KeAV2YuP0g==
-----END CERTIFICATE-----`;

describe('single sign-on with a provider whose certificate nobody knows', async () => {
  const port = await freePort();
  await listenOn(
    createTlsServer({ key, cert }, (_, response) => response.end('{}')),
    port,
  );
  const settings = { BASE_URL: 'https://keys.example.org', OIDC_CLIENT_ID: 'keybook' };
  const world = await newWorld('sqlite', { ...settings, OIDC_ISSUER: `https://127.0.0.1:${port}` });

  it('S22: the refusal names the cause, and the setting that helps', async () => {
    const refused = await world.as(undefined)('GET', '/session/oidc');
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(refused.body.detail).toContain('NODE_EXTRA_CA_CERTS');
    expect(refused.body.detail).toContain('SELF_SIGNED_CERT');
  });
});

describe('the address people use', async () => {
  const world = await newWorld('sqlite');
  const signIn = (headers: Record<string, string>) =>
    world.as(undefined)('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword }, headers);

  it.each([
    'https://example.org/keys',
    'https://example.org/a/b/',
    'https://example.org/?x=1',
    'https://u:p@example.org',
  ])('S22: %s is refused as BASE_URL, in words', (baseUrl) =>
    expect(() => readConfig({ BASE_URL: baseUrl })).toThrow(/BASE_URL takes/),
  );

  it('S22: a page under an address that Keybook does not know is told so, not that a role is missing', async () => {
    const origin = 'https://keys.example.org';
    for (const headers of [{ origin, host: 'localhost:4180', 'sec-fetch-site': 'same-origin' }, { origin }]) {
      const refused = await signIn(headers);
      expect([refused.status, refused.body.code]).toEqual([403, 'origin_refused']);
      expect(refused.body.errors).toMatchObject([{ code: 'address_unknown', params: { origin } }]);
      expect(refused.body.detail).toMatch(/BASE_URL.*Host/);
    }
    const foreign = await signIn({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect([foreign.body.code, foreign.body.detail]).toEqual([
      'origin_refused',
      expect.stringContaining('another site'),
    ]);
  });
});
