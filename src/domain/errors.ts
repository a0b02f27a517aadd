/**
 * One fault of one field: `pointer` is a JSON Pointer into the body, or `?name` for a query parameter; `params` are the
 * values that its words name, such as the most characters.
 */
export type FieldError = { pointer: string } & Fault;
export type Fault = { code: string; detail: string; params?: FaultParams | undefined };
export type FaultParams = Record<string, string | number>;

/** What a refusal may add to its answer, beyond words. */
export type ProblemExtra = {
  holder?: { equipmentId?: string; equipment?: string; userName?: string; since?: string };
  nextFree?: { id: string; maskedKey: string } | null;
  existing?: { type: string; id: string };
  heldBy?: { type: string; id: string; name: string }[];
  current?: unknown;
  retryAfterSeconds?: number;
  /** Faults beyond those in the list. */
  moreErrors?: number;
  /** What was done too often, and when it may go on. */
  limit?: { name: string; most: number; minutes: number; until: string };
};

/**
 * Every refusal Keybook knows: the HTTP status and the title that never changes with the case.
 * The command line exits with 1 for a status below 500 and with 3 from 500 on.
 */
export const problems = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  wrong_credentials: { status: 401, title: 'E-mail or password is wrong' },
  second_factor_needed: { status: 401, title: 'The second factor is needed' },
  wrong_code: { status: 401, title: 'The code is not valid' },
  not_linked: { status: 401, title: 'Nobody here has this single sign-on' },
  sign_in_abandoned: { status: 401, title: 'The single sign-on did not come to an end' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  origin_refused: { status: 403, title: 'The request came from another address' },
  enrolment_needed: { status: 403, title: 'Set up the second factor first' },
  confirmation_needed: { status: 403, title: 'Confirm that it is still you' },
  wrong_setup_token: { status: 403, title: 'The setup token is not valid' },
  not_found: { status: 404, title: 'There is no such record' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  license_key_taken: { status: 409, title: 'The license key must be unique!' },
  seat_taken: { status: 409, title: 'No seat of this key is free' },
  key_expired: { status: 409, title: 'This key has expired' },
  key_revoked: { status: 409, title: 'This key is revoked' },
  key_not_revoked: { status: 409, title: 'This key is not revoked' },
  key_not_yet_valid: { status: 409, title: 'This key is not valid yet' },
  key_assigned: { status: 409, title: 'This key has assignments' },
  key_permanent: { status: 409, title: 'A permanent key has no end to renew' },
  key_unreadable: { status: 409, title: 'The stored text of this key cannot be read' },
  nothing_to_reveal: { status: 409, title: 'This key has nothing to reveal' },
  renewal_not_later: { status: 409, title: 'A renewal needs a later end' },
  already_on_equipment: { status: 409, title: 'This key is already on this unit' },
  already_removed: { status: 409, title: 'This assignment is already removed' },
  equipment_out_of_service: { status: 409, title: 'This unit is returned or retired' },
  equipment_holds_keys: { status: 409, title: 'Keys of its customer are on this unit' },
  applied_before_removal: { status: 409, title: 'The seat was still taken on that day' },
  seats_below_taken: { status: 409, title: 'More seats are taken' },
  name_taken: { status: 409, title: 'That name is taken' },
  serial_number_taken: { status: 409, title: 'That serial number is taken' },
  asset_tag_taken: { status: 409, title: 'That asset tag is taken' },
  in_use: { status: 409, title: 'Other records point to this one' },
  archived: { status: 409, title: 'That record is archived' },
  last_administrator: { status: 409, title: 'The last administrator stays' },
  import_running: { status: 409, title: 'Another import is running' },
  import_not_undoable: { status: 409, title: 'This import cannot be undone' },
  import_not_running: { status: 409, title: 'This import is not running' },
  second_factor_known: { status: 409, title: 'The second factor is set up already' },
  no_second_factor: { status: 409, title: 'There is no second factor' },
  identity_taken: { status: 409, title: 'That single sign-on belongs to somebody' },
  setup_done: { status: 409, title: 'Keybook is already set up' },
  shown_once: { status: 409, title: 'The answer to that request is shown only once' },
  server_running: { status: 409, title: 'A server runs on this database' },
  no_database: { status: 404, title: 'There is no database' },
  database_missing: { status: 409, title: 'The database is missing' },
  database_exists: { status: 409, title: 'There is a database already' },
  backup_unfit: { status: 409, title: 'This backup cannot be restored' },
  not_empty: { status: 409, title: 'There are records already' },
  not_embedded: { status: 409, title: 'This works on the embedded database only' },
  clock_unsure: { status: 409, title: 'The clock of this server may be wrong' },
  request_timeout: { status: 408, title: 'The request did not come to its end' },
  stale: { status: 412, title: 'Somebody changed this record meanwhile' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This address takes another content type' },
  wrong_host: { status: 421, title: 'Keybook does not answer under this name' },
  idempotency_key_reused: { status: 422, title: 'That Idempotency-Key belongs to another request' },
  if_match_missing: { status: 428, title: 'Say which version you change' },
  headers_too_large: { status: 431, title: 'Address and headers are too large' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something broke on our side' },
  busy: { status: 503, title: 'The database is busy' },
  took_too_long: { status: 503, title: 'Reading this takes too long' },
  unavailable: { status: 503, title: 'Keybook is not ready' },
  unknown_outcome: { status: 503, title: 'It is not known whether this was saved' },
  log_inconsistent: { status: 503, title: 'The audit log is not what was signed' },
  no_space: { status: 507, title: 'No space is left, nothing was saved' },
} as const;

export type ProblemCode = keyof typeof problems;

/** An expected refusal. `message` says what to do next; it never holds a license key. */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly errors: FieldError[];
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, message: string, errors: FieldError[] = [], extra: ProblemExtra = {}) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.errors = errors;
    this.extra = extra;
  }
}

/** A refusal of input at one or more fields; the message repeats the first fault in words. `more` were left out. */
export function invalid(faults: FieldError | FieldError[], more = 0): AppError {
  const errors = [faults].flat();
  const extra = more > 0 ? { moreErrors: more } : {};
  return new AppError('invalid', errors[0]?.detail ?? 'The request is not valid.', errors, extra);
}

/** A refusal of a request that has not come whole in its time. */
export function requestTimeout(): AppError {
  return new AppError('request_timeout', 'The request did not come to its end in time. Send it again.');
}

/** The most faults that one answer names. */
export const mostFaults = 50;

/** A refusal of what the actor may not do, for a reason that is not the role alone. */
export function forbidden(reason: Fault): AppError {
  return new AppError('forbidden', reason.detail, [{ pointer: '', ...reason }]);
}
