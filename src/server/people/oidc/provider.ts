import { readFileSync } from 'node:fs';
import type { Configuration } from 'openid-client';
import { AppError } from '../../../domain/errors.ts';
import { isLoopback, type OidcConfig } from '../../config.ts';
import type { App } from '../../context.ts';

/** The provider of single sign-on: what it says of itself, and where it leads people back to. */
type Provider = { issuer: string; configuration: Configuration; callback: string };

const timeoutSeconds = 10;
const rereadAfterMs = 3_600_000;

type Known = { configuration: Promise<Configuration>; readAt: number };
const known = new WeakMap<OidcConfig, Known>();

/**
 * The provider that is configured; refuses with not_found where none is. What it says of itself is read when it is
 * first needed and then every hour; where it cannot be read the next request tries again, so that a provider that was
 * away at the start is not gone for good.
 */
export async function providerOf({ config, log }: App): Promise<Provider> {
  const { oidc, baseUrl } = config;
  if (!oidc || !baseUrl) throw new AppError('not_found', 'Single sign-on is not set up here. Sign in with a password.');
  const entry = fresh(oidc) ?? remember(oidc);
  try {
    const configuration = await entry.configuration;
    return { issuer: configuration.serverMetadata().issuer, configuration, callback: callbackOf(baseUrl) };
  } catch (error) {
    if (known.get(oidc) === entry) known.delete(oidc);
    const cause = causeOf(error);
    const refusal = unreachable(cause);
    log.error({ code: 'provider_unavailable', cause }, refusal.message);
    throw refusal;
  }
}

/** What the system or TLS calls the cause of a failed request: the deepest code there is. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return causeOf(error.cause) || ('code' in error && typeof error.code === 'string' ? error.code : '');
}

/** What Node.js says of a certificate that it does not trust or that names another host. */
const certificateFault = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

function unreachable(cause: string): AppError {
  if (!certificateFault.test(cause))
    return new AppError('unavailable', 'The provider of single sign-on does not answer. Try again, or use a password.');
  const detail = `The certificate of the provider of single sign-on is not trusted (${cause}). With a certificate authority of your own, start Keybook with NODE_EXTRA_CA_CERTS=FILE, its certificate as PEM. Until then use a password.`;
  return new AppError('unavailable', detail, [
    { pointer: '', code: 'provider_certificate', detail, params: { cause } },
  ]);
}

/** Where the provider sends people back to: made from the configured address, never from a request. */
function callbackOf(baseUrl: string): string {
  return `${baseUrl}/api/v1/session/oidc/callback`;
}

function fresh(oidc: OidcConfig): Known | undefined {
  const entry = known.get(oidc);
  return entry && Date.now() - entry.readAt < rereadAfterMs ? entry : undefined;
}

function remember(oidc: OidcConfig): Known {
  const entry = { configuration: discover(oidc), readAt: Date.now() };
  known.set(oidc, entry);
  return entry;
}

/** The library is loaded late: a server without single sign-on never needs it. It follows no redirect. */
async function discover({ issuer, clientId, clientSecretFile }: OidcConfig): Promise<Configuration> {
  const client = await import('openid-client');
  const secret = clientSecretFile && readFileSync(clientSecretFile, 'utf8').trim();
  const address = new URL(issuer);
  return client.discovery(address, clientId, undefined, secret ? client.ClientSecretBasic(secret) : client.None(), {
    timeout: timeoutSeconds,
    // Signatures of ID tokens are checked, though they come from the provider itself.
    execute: [client.enableNonRepudiationChecks, ...(isLoopback(address) ? [client.allowInsecureRequests] : [])],
  });
}
