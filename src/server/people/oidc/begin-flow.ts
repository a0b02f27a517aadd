import type { App } from '../../context.ts';
import { type Flow, setFlowCookie } from './flow-cookie.ts';
import { providerOf } from './provider.ts';

/** Where to lead the browser, and the cookie it must take along: authorization code with PKCE, state and nonce. */
export async function beginFlow(
  app: App,
  wanted: Pick<Flow, 'confirm' | 'linkTo'>,
): Promise<{ url: string; cookie: string }> {
  const { configuration, callback } = await providerOf(app);
  const client = await import('openid-client');
  const flow: Flow = {
    ...wanted,
    startedAt: app.clock().toISOString(),
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  };
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: callback,
    scope: 'openid',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    ...(flow.confirm && { max_age: '0' }),
  });
  return { url: url.href, cookie: setFlowCookie(app, flow) };
}
