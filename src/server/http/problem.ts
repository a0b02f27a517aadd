import { type DatabaseFault, databaseFault } from '../../db/faults.ts';
import { AppError, type FieldError, mostFaults, problems } from '../../domain/errors.ts';

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
  pooled: [
    'unavailable',
    'A pooler stands between Keybook and its database, and refuses or mixes what Keybook says of its connections. Give DATABASE_URL the address of the database server itself; docs/OPERATING.md (Poolers) says which poolers will do. Nothing was saved.',
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
  const words = faultWords[isDiskFull(error) ? 'full' : (databaseFault(error)?.kind ?? 'unique')];
  return words
    ? new AppError(...words)
    : new AppError(
        'internal',
        'Something broke on our side. Nothing was saved. Tell your administrator the request id.',
      );
}

/** What a client wrote is repeated in a refusal, but not at length. */
const longest = { pointer: 120, detail: 1200, param: 200 };
/** Bytes of all faults together: an answer is no larger than what a page can show. */
const mostBytes = 40_000;

function shortened({ pointer, code, detail, params }: FieldError): FieldError {
  const cut = (text: string, length: number) =>
    text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
  return {
    pointer: cut(pointer, longest.pointer),
    code,
    detail: cut(detail, longest.detail),
    ...(params && {
      params: Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          typeof value === 'string' ? cut(value, longest.param) : value,
        ]),
      ),
    }),
  };
}

/** The one place where faults are capped: the first fifty, each shortened, with how many more there were. */
function shownFaults(error: AppError): { errors?: FieldError[]; moreErrors?: number } {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const fault of error.errors.slice(0, mostFaults).map(shortened)) {
    bytes += Buffer.byteLength(JSON.stringify(fault));
    if (bytes > mostBytes) break;
    errors.push(fault);
  }
  const more = error.errors.length - errors.length + (error.extra.moreErrors ?? 0);
  return { ...(errors.length > 0 && { errors }), ...(more > 0 && { moreErrors: more }) };
}

/** A file of ours that finds no room; no other socket or stream has these codes. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** An error as RFC 9457 problem details. */
export function problemAnswer(error: AppError, requestId: string): Answer {
  const { status, title } = problems[error.code];
  const { retryAfterSeconds: retry, moreErrors: _, ...extra } = error.extra;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (status === 503 || status === 429) headers['retry-after'] = String(retry ?? retryAfterSeconds);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  const body = {
    type: `urn:keybook:problem:${error.code}`,
    title,
    status,
    detail: error.message.slice(0, longest.detail).toWellFormed(),
    code: error.code,
    requestId,
    ...shownFaults(error),
    ...extra,
  };
  return { status, headers, body };
}
