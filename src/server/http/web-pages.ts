import { randomBytes } from 'node:crypto';
import { extname, join } from 'node:path';
import type { Context, Hono } from 'hono';
import type { App } from '../context.ts';
import { countAnonymous, lookingUp } from '../limits/request-limits.ts';
import { actorOfSession } from '../people/actors.ts';
import { sessionCookieOf } from '../people/session-cookie.ts';
import { clientAddress } from './client-address.ts';
import { isOwnHost } from './own-origin.ts';
import { safeHeaders } from './safe-headers.ts';
import { readStaticFiles, sendFile } from './static-files.ts';

const folder = join(import.meta.dirname, '../../../dist/web');

/** No script but ours, nothing from elsewhere; a style needs this page's own nonce. */
function policy(nonce: string): string {
  return (
    `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
  );
}

/** The browser application: its files by exact name, and its one page for every address without an ending. */
export function webPages(http: Hono, app: App): void {
  const { config } = app;
  // A scanner needs the camera; nothing else of a device is asked for.
  const safe = { ...safeHeaders(config), 'permissions-policy': 'camera=(self), geolocation=(), microphone=()' };
  const files = readStaticFiles(folder);
  const index = files.get('/index.html');
  const html = index && new TextDecoder().decode(index.bytes);
  http.get('*', async (c, next) => {
    const { path } = c.req;
    if (path.startsWith('/api/') || path === '/healthz' || path === '/readyz' || path === '/metrics') return next();
    if (!isOwnHost(config, c)) return c.text('Keybook does not answer under this name.\n', 421, safe);
    if (extname(path) === '') return page(c, safe, html, await sessionOf(app, c));
    const file = files.get(path);
    if (!file) return next();
    return sendFile(c, file, {
      ...safe,
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'max-age=3600',
    });
  });
}

/**
 * What the page is told of its session, so that it asks who is signed in only where somebody is: `none`, `open`, or
 * what the sign-in still owes. A cookie that opens nothing is counted as a request of the API that comes with one.
 */
async function sessionOf(app: App, c: Context): Promise<string> {
  const cookie = sessionCookieOf(app.config, c.req.header('cookie'));
  if (cookie === undefined) return 'none';
  const asking = { address: clientAddress(app, c), request: c.req.raw, credential: cookie };
  // The page comes without the database too, and then says itself that nothing answers.
  const found = await lookingUp(app, asking, () => actorOfSession(app, cookie)).catch(() => 'unanswered' as const);
  if (found && found !== 'unanswered') return found.unfinished ?? 'open';
  countAnonymous(app, asking.address);
  return found === 'unanswered' ? 'open' : 'none';
}

function page(c: Context, safe: Record<string, string>, html: string | undefined, session: string): Response {
  const nonce = randomBytes(16).toString('base64');
  const text =
    html?.replace('%STYLE_NONCE%', nonce).replace('%SESSION%', session) ??
    '<!doctype html><title>Keybook</title><p>The browser application is not built: start Keybook with npm start.';
  return c.body(text, html === undefined ? 503 : 200, {
    ...safe,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy(nonce),
  });
}
