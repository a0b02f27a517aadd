import { type DatabaseFault, databaseFault } from '../db/faults.ts';
import { AppError, problems } from '../domain/errors.ts';

export type Answer = { status: number; headers: Record<string, string>; body: unknown };

const faultWords: Partial<Record<DatabaseFault['kind'], ConstructorParameters<typeof AppError>>> = {
  busy: ['busy', 'The database is busy. Try again in a moment; nothing was saved.'],
  deadlock: ['busy', 'The database is busy. Try again in a moment; nothing was saved.'],
  gone: ['unavailable', 'The database does not answer. Nothing was saved; try again in a moment.'],
  unknown: [
    'unknown_outcome',
    'It is not known whether this was saved: the database was lost at the last moment. Send it again with the same Idempotency-Key; without one, look first.',
  ],
  refused: [
    'unavailable',
    'The database does not let Keybook in: see the name, the password and the database in DATABASE_URL. Nothing was saved.',
  ],
  readonly: ['unavailable', 'The database can only be read at the moment. Nothing was saved; try again later.'],
  disk: ['unavailable', 'The disk of the database answers with errors. Nothing was saved; look at the disk.'],
  full: ['no_space', 'No space is left on the disk. Nothing was saved; reading still works.'],
  damaged: ['unavailable', 'The database is damaged. Stop the server and restore a backup (keybook restore FILE).'],
};

const retryAfterSeconds = '2';

/** The refusal an error stands for; a bug becomes `internal`, which says nothing of its cause. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const words = faultWords[databaseFault(error)?.kind ?? 'unique'];
  return words
    ? new AppError(...words)
    : new AppError(
        'internal',
        'Something broke on our side. Nothing was saved. Tell your administrator the request id.',
      );
}

/** An error as RFC 9457 problem details. */
export function problemAnswer(error: AppError, requestId: string): Answer {
  const { status, title } = problems[error.code];
  const { retryAfterSeconds: retry, ...extra } = error.extra;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (status === 503 || status === 429) headers['retry-after'] = String(retry ?? retryAfterSeconds);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  const body = {
    type: `urn:keybook:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.errors.length > 0 && { errors: error.errors }),
    ...extra,
  };
  return { status, headers, body };
}
