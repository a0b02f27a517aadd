import type { Database, ReadDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { aheadMs, lastEntry, longGapMs } from '../audit/log-time.ts';
import type { App } from '../context.ts';

const dayMs = 86_400_000;
/** A log that nobody wrote to for longer is gone on with only when somebody says that the clock is right. */
const askedAfterMs = 400 * dayMs;
/** What a machine that slept, or a clock that was set, may differ from the time that passed. */
const jumpToleranceMs = dayMs;

/** What the process knows of its own clock: `pausedMs` is how long before its start the last entry was made. */
export type ClockWatch = { pausedMs: number; jumpMs: () => number };

/**
 * Watches the clock against a count of seconds that nobody sets (the time since the machine started). Without one it
 * never sees a jump: the clock of tests is turned.
 */
export async function watchClock(
  db: ReadDb,
  clock: () => Date,
  uptimeSeconds: (() => number) | undefined,
): Promise<ClockWatch> {
  const last = await lastEntry(db);
  const pausedMs = last === undefined ? 0 : clock().getTime() - Date.parse(last.at);
  const offsetMs = (): number => (uptimeSeconds ? clock().getTime() - uptimeSeconds() * 1000 : 0);
  const begun = offsetMs();
  return { pausedMs, jumpMs: () => offsetMs() - begun };
}

/** What makes the clock, or the log's time, doubtful: seconds of each, 0 where all is well. */
export type ClockState = {
  /** The log's time is ahead of the clock by so much. */
  aheadSeconds: number;
  /** The log had no entry for so long before this start. */
  pauseSeconds: number;
  /** The clock has jumped by so much since this start, forward or (negative) back. */
  jumpSeconds: number;
};

export async function clockState({ database, clock, clockWatch }: App): Promise<ClockState> {
  const seconds = (ms: number): number => Math.round(ms / 1000);
  const jumpMs = clockWatch.jumpMs();
  return {
    aheadSeconds: seconds(aheadMs(await lastEntry(database.read), clock())),
    pauseSeconds: clockWatch.pausedMs > longGapMs ? seconds(clockWatch.pausedMs) : 0,
    jumpSeconds: Math.abs(jumpMs) > jumpToleranceMs ? seconds(jumpMs) : 0,
  };
}

/** The same in words, each with what to do. */
export function clockWarnings({ aheadSeconds, pauseSeconds, jumpSeconds }: ClockState): string[] {
  const ahead =
    `the log runs ahead of the clock by ${span(aheadSeconds)}: its entries bear the time it was at, and say the real one beside it. ` +
    'If the clock is wrong, set it; if it is right: keybook clock correct --reason …';
  const pause = `the last entry before this start was made ${span(pauseSeconds)} before it: is the clock right?`;
  const jump =
    `the clock jumped ${jumpSeconds > 0 ? 'forward' : 'back'} by ${span(Math.abs(jumpSeconds))} while the server ran: ` +
    'keys are not recorded as expired. If the clock is wrong, set it; if it is right, start Keybook again';
  return [
    ...(aheadSeconds > 0 ? [ahead] : []),
    ...(pauseSeconds > 0 ? [pause] : []),
    ...(jumpSeconds === 0 ? [] : [jump]),
  ];
}

/** "3 days", "2 hours", "7 minutes". */
function span(seconds: number): string {
  const [count, unit] =
    seconds >= 2 * 86_400
      ? [seconds / 86_400, 'days']
      : seconds >= 2 * 3600
        ? [seconds / 3600, 'hours']
        : [seconds / 60, 'minutes'];
  return `${Math.round(count)} ${unit}`;
}

/** Refuses what would record a day while the clock has jumped: the job goes on once it is set, or after a start. */
export function requireSteadyClock({ clockWatch }: App): void {
  if (Math.abs(clockWatch.jumpMs()) <= jumpToleranceMs) return;
  throw new AppError(
    'clock_unsure',
    'The clock of this server jumped while it ran. Set it; if it is right, start Keybook again.',
  );
}

/** Refuses to go on with a log whose last entry is more than 400 days before the clock, before anything is written. */
export async function requireSureClock({ admin, read }: Database, now: Date, how: string): Promise<void> {
  const tables = await admin.introspection.getTables();
  if (!tables.some(({ name }) => name === 'audit_entry')) return;
  const last = await lastEntry(read);
  if (last === undefined || now.getTime() - Date.parse(last.at) <= askedAfterMs) return;
  throw new AppError(
    'clock_unsure',
    `The clock of this machine says ${now.toISOString()}, the last entry of the log is of ${last.at}. ` +
      `If the clock is wrong, set it: an entry of a wrong time stays for ever. If it is right: ${how}`,
  );
}
