import { AppError } from '../../domain/errors.ts';

/** The refusal of a state that was to be restored. */
export function unfit(why: string): AppError {
  return new AppError(
    'backup_unfit',
    `The backup cannot be restored: ${why}. Nothing was changed; take another backup.`,
  );
}
