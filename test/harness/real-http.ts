import { readConfig } from '../../src/server/config.ts';
import { listen } from '../../src/server/http/listen.ts';
import { atEnd } from './at-end.ts';
import type { Answer, Call, World } from './world.ts';

/** A browser's side of real HTTP: it keeps cookies, and can pretend to come through a proxy. */
export type Browser = { call: Call; cookie: () => string; forget: () => void };

/** Listens on a free port of this machine for the installation; ends with the test file. */
export async function listenFor(world: Pick<World, 'http'>, onPort = 0): Promise<{ url: string; port: number }> {
  const config = { ...readConfig({}), port: onPort };
  const { port, stop } = await listen(config, world.http);
  atEnd(stop);
  return { url: `http://127.0.0.1:${port}`, port };
}

/** A new browser without cookies. */
export function newBrowser(url: string): Browser {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const call: Call = async (method, path, body, headers = {}) => {
    const response = await fetch(path.startsWith('http') ? path : `${url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(jar.size > 0 && { cookie: cookie() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    keep(jar, response.headers.getSetCookie());
    const text = await response.text();
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : text || undefined,
    };
    return answer;
  };
  return { call, cookie, forget: () => jar.clear() };
}

function keep(jar: Map<string, string>, lines: string[]): void {
  for (const line of lines) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (/max-age=0/i.test(line) || at === pair.length - 1) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
