import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'hono';
import { type Config, ConfigError, isLoopback } from '../config.ts';
import { type App, may } from '../context.ts';
import { countAnonymous } from '../limits/request-limits.ts';
import { actorOfToken } from '../people/actors.ts';
import { clientAddress, isOwnMachine, peerAddress } from './client-address.ts';

/** The token that may read the figures and nothing else, where the settings name a file of one. */
export function readMetricsToken({ metricsTokenFile }: Pick<Config, 'metricsTokenFile'>): string | undefined {
  if (metricsTokenFile === undefined) return undefined;
  const token = readFileSync(metricsTokenFile, 'utf8').trim();
  if (!/^[\x21-\x7e]{16,200}$/.test(token))
    throw new ConfigError('METRICS_TOKEN_FILE takes a file with 16 to 200 visible ASCII characters.');
  return token;
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Figures tell about a business: they are for this machine itself, for the token of the settings, and for tokens of
 * administrators and auditors of all customers. A token that opens nothing is counted as one at the API.
 */
export async function mayMeasure(app: App, c: Context, metricsToken: string | undefined): Promise<boolean> {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (token === undefined) return isThisMachine(c);
  if (metricsToken !== undefined && timingSafeEqual(digestOf(token), digestOf(metricsToken))) return true;
  const found = await actorOfToken(app, token);
  if (found === undefined) countAnonymous(app, clientAddress(app, c));
  return found !== undefined && may(found, 'metrics.read');
}

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** A proxy on this machine passes on requests of others, and a page may have its own name lead here. */
function isThisMachine(c: Context): boolean {
  const address = `http://${c.req.header('host') ?? ''}`;
  const isNamedSo = URL.canParse(address) && isLoopback(new URL(address));
  return isOwnMachine(peerAddress(c)) && isNamedSo && forwarding.every((name) => c.req.header(name) === undefined);
}
