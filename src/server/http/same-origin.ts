import type { Context } from 'hono';
import type { Endpoint } from '../../contract/endpoint.ts';
import { AppError } from '../../domain/errors.ts';
import { type Addresses, originsOf } from './own-origin.ts';

/**
 * A browser names the page that sends a request: another site's page is refused whatever changes something, and whatever is
 * recorded though it only reads. It may be our own page, under an
 * address that Keybook does not know, as behind a proxy that does not pass it on: the refusal says what to set.
 */
export function requireSameOrigin(config: Addresses, endpoint: Endpoint, c: Context): void {
  if (endpoint.method === 'GET' && endpoint.isRecorded !== true) return;
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw otherSite();
  const origin = c.req.header('origin');
  if (origin === undefined) return;
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  if (page && originsOf(config, c).includes(page.origin)) return;
  throw page ? otherAddress(page) : otherSite();
}

function otherSite(): AppError {
  return new AppError('origin_refused', 'This request came from another site.');
}

function otherAddress({ origin }: URL): AppError {
  const detail = `This request came from a page at ${origin}, which is no address of Keybook as far as it knows. Where people open Keybook there: set BASE_URL to that address, and have the proxy pass on Host.`;
  return new AppError('origin_refused', detail, [{ pointer: '', code: 'address_unknown', detail, params: { origin } }]);
}
