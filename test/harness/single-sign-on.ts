import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProvider } from './openid-provider.ts';
import { freePort, newFolder } from './process.ts';
import { listenFor } from './real-http.ts';
import { type EngineName, newWorld } from './world.ts';

const clientSecret = 'the secret of the client';

/** An installation on a port of its own that is set up for single sign-on, and how its provider is started. */
export async function withSingleSignOn(engine: EngineName, parts: Parameters<typeof newWorld>[2] = {}) {
  const [port, providerPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const secretFile = join(newFolder(), 'client-secret');
  writeFileSync(secretFile, `${clientSecret}\n`, { mode: 0o600 });
  const client = { OIDC_ISSUER: `http://127.0.0.1:${providerPort}`, OIDC_CLIENT_ID: 'keybook' };
  const settings = { BASE_URL: url, ...client, OIDC_CLIENT_SECRET_FILE: secretFile };
  const world = await newWorld(engine, settings, parts);
  await listenFor(world, port);
  const callback = `${url}/api/v1/session/oidc/callback`;
  const start = () => startProvider(providerPort, { clientId: 'keybook', clientSecret, callback });
  return { world, url, callback, start };
}
