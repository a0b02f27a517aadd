import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
// @ts-expect-error the package has no types
import OidcProvider from 'oidc-provider';
import { atEnd } from './at-end.ts';
import type { Browser } from './real-http.ts';

/**
 * A real provider of OpenID Connect. `person` is who it says a browser is; `asked` counts how often it asked; `forgeBy`
 * has its ID tokens changed on the way.
 */
export type Provider = {
  issuer: string;
  person: { subject: string };
  asked: () => number;
  forgeBy: (forge: Forge | undefined) => void;
};

type Forge = (idToken: string) => string;

type Registration = { clientId: string; clientSecret: string; callback: string };

/** Starts a provider on this machine that knows one client, and believes whoever comes to be `person`. */
export async function startProvider(port: number, client: Registration): Promise<Provider> {
  const issuer = `http://127.0.0.1:${port}`;
  const person = { subject: 'nobody' };
  let asked = 0;
  let forge: Forge | undefined;
  const provider = new OidcProvider(issuer, configurationOf(client));
  const answer = provider.callback();
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/token' && forge) changeAnswer(response, forge);
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    asked += 1;
    await provider.interactionFinished(request, response, { login: { accountId: person.subject } });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const forgeBy = (by: Forge | undefined) => {
    forge = by;
  };
  return { issuer, person, asked: () => asked, forgeBy };
}

/** Follows a browser through the provider until it is back at Keybook; answers where it is led then. */
export async function follow(
  browser: Pick<Browser, 'call'>,
  provider: Provider,
  url: string,
  address: string,
): Promise<string> {
  for (let step = 0; step < 10; step += 1) {
    const { headers, status, body } = await browser.call('GET', address);
    const next = headers.get('location');
    if (next === null) throw new Error(`${address} answered ${status} ${JSON.stringify(body)}`);
    if (next.startsWith('/') && !address.startsWith(provider.issuer)) return next;
    address = new URL(next, address.startsWith('http') ? address : url).href;
  }
  throw new Error('led in circles');
}

function changeAnswer(response: ServerResponse, forge: Forge): void {
  const end = response.end.bind(response);
  response.end = ((text: string) => {
    const answer = JSON.parse(text);
    const changed = JSON.stringify({ ...answer, id_token: forge(answer.id_token) });
    response.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed);
    // The provider answers a token with one text and nothing after it.
  }) as typeof response.end;
}

function configurationOf({ clientId, clientSecret, callback }: Registration) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'test' };
  return {
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [callback],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: 'ada@nordwind.example', email_verified: true }),
    }),
    // Nobody is asked for consent: that is between the provider and its people.
    loadExistingGrant: async (context: {
      oidc: {
        provider: { Grant: new (of: object) => Grant };
        session: { accountId: string };
        client: { clientId: string };
      };
    }) => {
      const { provider, session, client } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
}

type Grant = { addOIDCScope: (scope: string) => void; save: () => Promise<unknown> };
