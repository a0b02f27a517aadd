import type { Context } from 'hono';
import { AppError } from '../../domain/errors.ts';
import { type Config, isLoopback } from '../config.ts';

export type Addresses = Pick<Config, 'baseUrl' | 'moreBaseUrls'>;

/** The addresses people use, where the settings name any. */
function addressesOf({ baseUrl, moreBaseUrls }: Addresses): URL[] {
  return baseUrl === undefined ? [] : [baseUrl, ...moreBaseUrls].map((address) => new URL(address));
}

/** Whether the request is for a name of ours: of BASE_URL, where it is set, or of this machine itself. */
export function isOwnHost(config: Addresses, c: Context): boolean {
  const own = addressesOf(config);
  const host = hostOf(c);
  return own.length === 0 || own.some((address) => address.host === host) || isLoopbackHost(host);
}

/** Refuses a request for another name than ours: a page elsewhere may have its own name lead here. */
export function requireOwnHost(config: Addresses, c: Context): void {
  if (isOwnHost(config, c)) return;
  throw new AppError('wrong_host', 'Keybook does not answer under this name. Use an address that BASE_URL names.');
}

/** The origins of our own pages: those of BASE_URL; without it, and on this machine itself, whatever stands before the host that was asked for. */
export function originsOf(config: Addresses, c: Context): string[] {
  const own = addressesOf(config).map(({ origin }) => origin);
  const host = hostOf(c);
  return own.length === 0 || isLoopbackHost(host) ? [...own, `http://${host}`, `https://${host}`] : own;
}

function hostOf(c: Context): string {
  return (c.req.header('host') ?? new URL(c.req.url).host).toLowerCase();
}

function isLoopbackHost(host: string): boolean {
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`));
}
