import { AsyncLocalStorage } from 'node:async_hooks';

/** How long one statement may take, in milliseconds, by who waits for it (PostgreSQL; the embedded file is asked at once). */
export const statementMs = {
  /** Somebody waits before a screen. */
  interactive: 5000,
  /** An import, an export, a job, the proof of the log. */
  work: 60_000,
  /** A change of the schema, a command on the server's machine. */
  upkeep: 3_600_000,
} as const;

export type Patience = keyof typeof statementMs;

const present = new AsyncLocalStorage<Patience>();

/** Has the statements of `work` take as long as that kind of work may; without it they are interactive. */
export function withPatience<Result>(patience: Patience, work: () => Result): Result {
  return present.run(patience, work);
}

/** The patience of the work that is going on. */
export function presentPatience(): Patience {
  return present.getStore() ?? 'interactive';
}
