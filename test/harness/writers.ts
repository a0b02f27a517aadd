import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask, type Env, type Installation, keybook } from './process.ts';

type Sent = { status: number; code: string | undefined; retryAfter: string | null };

/** One request as a client that may be refused for the moment; undefined where nothing answered at all. */
export async function send(env: Env, path: string, body: unknown, key: string): Promise<Sent | undefined> {
  const url = `${env.KEYBOOK_URL}/api/v1${path}`;
  const headers = {
    authorization: `Bearer ${env.KEYBOOK_TOKEN}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const answered = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
  if (!answered) return undefined;
  const { code } = (await answered.json()) as { code?: string }; // a record has none
  return { status: answered.status, code, retryAfter: answered.headers.get('retry-after') };
}

/** Whether a process is still there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export type Load = {
  /** Every answer so far that was not 201. */
  refused: Sent[];
  /** How many keys are acknowledged so far. */
  acknowledged: () => number;
  /** Lets every writer finish the key it is at. */
  finish: () => Promise<void>;
};

/** Writers that create keys without pause, each under an Idempotency-Key, and send again what was not acknowledged. */
export function startWriters({ server, env }: Installation, name: string, count = 8): Load {
  const refused: Sent[] = [];
  let made = 0;
  let isEnding = false;
  const write = async (writer: number): Promise<void> => {
    for (let i = 0; !isEnding && isAlive(server.pid); i += 1) {
      const key = `${name}-${writer}-${i}`;
      const body = { licenseKey: key, productName: 'P', keyType: 'permanent' };
      while (isAlive(server.pid)) {
        const answer = await send(env, '/keys', body, key);
        if (answer?.status === 201) break;
        if (answer) refused.push(answer);
        await sleep(20);
      }
      made += 1;
    }
  };
  const writers = Array.from({ length: count }, (_, writer) => write(writer));
  return {
    refused,
    acknowledged: () => made,
    finish: async () => {
      isEnding = true;
      await Promise.all(writers);
    },
  };
}

/** Everything acknowledged is there, once: as many records, as many entries, and a log that verifies. */
export async function requireOnce(installation: Installation, acknowledged: number): Promise<void> {
  const keys = await ask(installation, 'GET', '/keys?limit=1');
  const entries = await ask(installation, 'GET', '/audit?action=key.created&limit=1');
  expect([keys.body.total, entries.body.total]).toEqual([acknowledged, acknowledged]);
  expect((await keybook(['audit', 'verify'], installation.env)).stdout).toMatch(/^ok: /);
}
