import type { Frontier } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';

/** What this process knows of its log beside what the database says. */
export type Signing = {
  /** How long the log was after the last entry written here. */
  seen: number;
  /** The tree that was found to be right last. */
  proven: Frontier | undefined;
  /** Why no checkpoint is signed, in words; undefined while all is well. */
  refusal: string | undefined;
};

export function newSigning(): Signing {
  return { seen: 0, proven: undefined, refusal: undefined };
}

/** The log in the database is not the one that was written and signed here. */
export function inconsistent(what: string): AppError {
  return new AppError(
    'log_inconsistent',
    `The audit log is not what was signed: ${what}. Run keybook doctor on the server.`,
  );
}
