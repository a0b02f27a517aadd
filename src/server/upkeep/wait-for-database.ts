import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { databaseFault } from '../../db/faults.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { type Listening, listen } from '../http/listen.ts';
import { problemAnswer } from '../http/problem.ts';
import { safeHeaders } from '../http/safe-headers.ts';

/** The server's address, before and after there is something behind it. */
export type Front = {
  /** Listens, if it does not yet; answers the port. */
  listen: () => Promise<number>;
  /** What is answered from now on. */
  show: (surface: Hono) => void;
  /** As `Listening.stop`; nothing where nothing listens. */
  stop: () => Promise<void>;
};

export function newFront(config: Config): Front {
  let surface = waiting(config);
  let listening: Promise<Listening> | undefined;
  return {
    listen: async () => {
      listening ??= listen(config, { fetch: (...request) => surface.fetch(...request) });
      return (await listening).port;
    },
    show: (next) => {
      surface = next;
    },
    stop: async () => {
      const stopping = listening;
      listening = undefined;
      await (await stopping)?.stop();
    },
  };
}

/** Alive, and not ready. */
function waiting(config: Config): Hono {
  const http = new Hono();
  const headers = { ...safeHeaders(config), 'retry-after': '5' };
  const detail = 'The database does not answer yet; Keybook waits for it. Try again in a moment.';
  http.get('/healthz', (c) => c.json({ status: 'ok' }, 200, safeHeaders(config)));
  http.get('/readyz', (c) => c.json({ ready: false, checks: [{ name: 'database', ok: false, detail }] }, 503, headers));
  http.all('*', () => {
    const requestId = randomUUID();
    const { status, headers: own, body } = problemAnswer(new AppError('unavailable', detail), requestId);
    return new Response(JSON.stringify(body), { status, headers: { ...headers, ...own, 'x-request-id': requestId } });
  });
  return http;
}

type Wait = {
  /** Whether the database is another program, which may come later. */
  isWaitedFor: boolean;
  /** Ends the wait. */
  signal: AbortSignal | undefined;
  /** Told once, at the first time it does not answer. */
  onWait: (reason: string) => Promise<void>;
};

const betweenMs = 1000;

/** Does what needs the database as soon as that answers. Everything else that goes wrong is thrown. */
export async function whenItAnswers<Result>(work: () => Promise<Result>, wait: Wait): Promise<Result> {
  for (let isTold = false; ; isTold = true) {
    try {
      return await work();
    } catch (error) {
      const { kind } = databaseFault(error) ?? {};
      if (!wait.isWaitedFor || (kind !== 'gone' && kind !== 'busy' && kind !== 'unknown')) throw error;
      if (!isTold) await wait.onWait(reasonOf(error));
      await sleep(betweenMs, undefined, wait.signal && { signal: wait.signal });
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'no answer in time';
}
