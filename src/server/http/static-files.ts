import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Context } from 'hono';

/** One file as it is sent; `zipped` where it gains by it. */
export type StaticFile = { bytes: Uint8Array<ArrayBuffer>; zipped?: Uint8Array<ArrayBuffer>; type: string };

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * The files below a folder, by exact address, with what the build compressed beside each. Read once: what a client asks
 * for is found here or nowhere, and however it spells an address, nothing is kept of it.
 */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const found = new Map<string, StaticFile>();
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const zipped = `${join(folder, name)}.gz`;
    found.set(`/${name.replaceAll('\\', '/')}`, {
      bytes: new Uint8Array(readFileSync(join(folder, name))),
      ...(existsSync(zipped) && { zipped: new Uint8Array(readFileSync(zipped)) }),
      type,
    });
  }
  return found;
}

/** Sends a file, compressed to whoever takes it so. */
export function sendFile(c: Context, { bytes, zipped, type }: StaticFile, headers: Record<string, string>): Response {
  const all = { ...headers, 'content-type': type, vary: 'accept-encoding' };
  if (zipped && (c.req.header('accept-encoding') ?? '').includes('gzip'))
    return c.body(zipped, 200, { ...all, 'content-encoding': 'gzip' });
  return c.body(bytes, 200, all);
}
