import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context, Hono } from 'hono';
import type { App } from './context.ts';
import { actorOfSession } from './people/actors.ts';
import { sessionCookieOf } from './people/session-cookie.ts';
import { safeHeaders } from './safe-headers.ts';

const folder = join(import.meta.dirname, '../../dist/web');

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** No script but ours, nothing from elsewhere; a style needs this page's own nonce. */
function policy(nonce: string): string {
  return (
    `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
  );
}

type Served = { bytes: Uint8Array<ArrayBuffer>; zipped: Uint8Array<ArrayBuffer> | undefined; type: string };

/** The browser application: its files by name, and its one page for every other address. */
export function webPages(http: Hono, app: App): void {
  const { config } = app;
  // A scanner needs the camera; nothing else of a device is asked for.
  const safe = { ...safeHeaders(config), 'permissions-policy': 'camera=(self), geolocation=(), microphone=()' };
  const known = new Map<string, Served>();
  const file = async (path: string): Promise<Served | undefined> => {
    const found = known.get(path) ?? (await readServed(path));
    if (found) known.set(path, found);
    return found;
  };
  http.get('*', async (c, next) => {
    const { path } = c.req;
    if (path.startsWith('/api/') || path === '/healthz' || path === '/readyz' || path === '/metrics') return next();
    const asset = path === '/' || extname(path) === '' ? undefined : await file(path);
    if (asset)
      return answer(
        c,
        safe,
        asset,
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'max-age=3600',
      );
    if (extname(path) !== '') return next();
    return page(c, safe, await file('/index.html'), await sessionOf(app, c.req.header('cookie')));
  });
}

async function readServed(path: string): Promise<Served | undefined> {
  const full = normalize(join(folder, path));
  const type = types[extname(full)];
  if (!full.startsWith(folder) || type === undefined) return undefined;
  const bytes = await readFile(full).catch(() => undefined);
  if (!bytes) return undefined;
  const zipped = /text|json|svg/.test(type) ? new Uint8Array(gzipSync(bytes)) : undefined;
  return { bytes: new Uint8Array(bytes), zipped, type };
}

type Headers = Record<string, string>;

function answer(c: Context, safe: Headers, { bytes, zipped, type }: Served, caching: string): Response {
  const headers = { ...safe, 'content-type': type, 'cache-control': caching, vary: 'accept-encoding' };
  if (zipped && (c.req.header('accept-encoding') ?? '').includes('gzip'))
    return c.body(zipped, 200, { ...headers, 'content-encoding': 'gzip' });
  return c.body(bytes, 200, headers);
}

/**
 * What the page is told of its session, so that it asks who is signed in only where somebody is: `none`, `open`, or
 * what the sign-in still owes.
 */
async function sessionOf(app: App, cookies: string | undefined): Promise<string> {
  const cookie = sessionCookieOf(app.config, cookies);
  if (cookie === undefined) return 'none';
  try {
    const found = await actorOfSession(app, cookie);
    return found ? (found.unfinished ?? 'open') : 'none';
  } catch {
    // The page comes without the database too, and then says itself that nothing answers.
    return 'open';
  }
}

function page(c: Context, safe: Headers, index: Served | undefined, session: string): Response {
  const nonce = randomBytes(16).toString('base64');
  const html = index
    ? new TextDecoder().decode(index.bytes).replace('%STYLE_NONCE%', nonce).replace('%SESSION%', session)
    : '<!doctype html><title>Keybook</title><p>The browser application is not built: start Keybook with npm start.';
  return c.body(html, index ? 200 : 503, {
    ...safe,
    'content-type': types['.html'] ?? '',
    'cache-control': 'no-store',
    'content-security-policy': policy(nonce),
  });
}
