import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on stderr. Callers pass ids, codes and durations, never bodies or headers. */
export function openLog(level: string): Log {
  const target = pino.destination({ dest: 2, sync: true });
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, target);
  // pino throws what its target says, such as that the disk is full: a server does not end for want of its log.
  target.removeAllListeners('error');
  target.on('error', () => undefined);
  return log;
}

/** Where and what, from a closed list: no value a user sent, no license key. */
export type BugFields = { requestId: string; method: string; path: string; code: string };

/** Logs an unexpected failure by name, code and place, without its message: a message may quote what a user sent. */
export function reportBugTo(log: Log): (thrown: unknown, fields: BugFields) => void {
  return (thrown, fields) => log.error({ ...fields, error: describe(thrown) }, 'a request failed');
}

function describe(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const place = thrown.stack
    ?.split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 6);
  return { type: thrown.name, ...('code' in thrown && { code: thrown.code }), place };
}
