import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../domain/errors.ts';

/** How long one statement may take, in milliseconds, by who waits for it (of the embedded file, long reads alone). */
export const statementMs = {
  /** Somebody waits before a screen. */
  interactive: 5000,
  /** The same, for a list whose rows may all have to be gone through. */
  list: 10_000,
  /** An import, an export, a job, the proof of the log. */
  work: 60_000,
  /** A change of the schema, a command on the server's machine. */
  upkeep: 3_600_000,
} as const;

export type Patience = keyof typeof statementMs;

/** Who waits for the answer, the request that says whether they still do, and what is thrown where they do not. */
export type Asker = { id: string; request: Pick<Request, 'signal'>; gone: () => Error };
/** How long a read may take, and who waits for it. */
export type Wait = { ms: number; asker: Asker | undefined };
type Present = { patience: Patience; asker?: Asker | undefined; isLongRead?: true };

const present = new AsyncLocalStorage<Present>();
const nobody: Present = { patience: 'interactive' };

/** Has the statements of `work` take as long as that kind of work may; without it they are interactive. */
export function withPatience<Result>(patience: Patience, work: () => Result): Result {
  return present.run({ ...present.getStore(), patience }, work);
}

/** Says for whom `work` is done. */
export function doneFor<Result>(asker: Asker, work: () => Result): Result {
  return present.run({ patience: presentPatience(), asker }, work);
}

/**
 * Has the statements of `work` read where they hold up nobody else, and end in their time or when the client has gone. They
 * must be reads that nothing else of the request depends on in time: of the embedded file, another process runs them. On the
 * command line there is nobody else.
 */
export function longRead<Result>(patience: 'list' | 'work', work: () => Result): Result {
  if (presentPatience() === 'upkeep') return work();
  return present.run({ asker: present.getStore()?.asker, patience, isLongRead: true }, work);
}

/** The patience of the work that is going on. */
export function presentPatience(): Patience {
  return (present.getStore() ?? nobody).patience;
}

/** The long read that is going on, if it is one. */
export function presentLongRead(): Wait | undefined {
  const { patience, asker, isLongRead } = present.getStore() ?? nobody;
  return isLongRead && { ms: statementMs[patience], asker };
}

/** The refusal of a read that did not end in its time. */
export function tookTooLong(ms: number): AppError {
  return new AppError(
    'took_too_long',
    `Reading this took longer than ${ms / 1000} seconds and was ended. Sort by one field, take fewer filters, or search for a longer word.`,
  );
}
