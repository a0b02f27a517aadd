import type { Context } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { Config } from './config.ts';

/**
 * A browser names the page that sends an unsafe request: another site's page is refused. It may be our own page, under an
 * address that Keybook does not know, as behind a proxy that does not pass it on: the refusal says what to set.
 */
export function requireSameOrigin({ baseUrl }: Pick<Config, 'baseUrl'>, c: Context): void {
  if (c.req.method === 'GET') return;
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw otherSite();
  const origin = c.req.header('origin');
  if (origin === undefined) return;
  const own = [c.req.header('host'), baseUrl && new URL(baseUrl).host];
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  if (page && own.includes(page.host)) return;
  throw page ? otherAddress(page) : otherSite();
}

function otherSite(): AppError {
  return new AppError('origin_refused', 'This request came from another site.');
}

function otherAddress({ origin }: URL): AppError {
  const detail = `This request came from a page at ${origin}, which is no address of Keybook as far as it knows. Where people open Keybook there: set BASE_URL to that address, and have the proxy pass on Host.`;
  return new AppError('origin_refused', detail, [{ pointer: '', code: 'address_unknown', detail, params: { origin } }]);
}
