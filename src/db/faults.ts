/** What went wrong in the database, told apart from bugs. `constraint` is the name in the schema, on both engines. */
export type DatabaseFault =
  | { kind: 'unique' | 'check' | 'foreignKey'; constraint: string }
  /** It does not answer, so nothing was committed. `isUnsent`: it was not even asked. */
  | { kind: 'gone'; isUnsent?: true }
  /**
   * `unknown`: it was lost between COMMIT and its answer, so nobody can say. `refused`: it does not let us in.
   * `readonly`: a standby, or a disk mounted so. `disk`: the disk fails. `pooled`: a pooler stands before it, and mixes or refuses
   * what is said of a connection.
   */
  | { kind: 'busy' | 'full' | 'deadlock' | 'unknown' | 'refused' | 'readonly' | 'disk' | 'damaged' | 'pooled' };

/** SQLite names columns, not constraints, when a unique index refuses. */
const uniqueByColumns: Record<string, string> = {
  'key.hx': 'key_text_unique',
  'key.hl, key.loose_disc': 'key_spelling_unique',
  'equipment.serial_f': 'equipment_serial_unique',
  'equipment.customer_id, equipment.asset_tag_f': 'equipment_asset_tag_unique',
  'assignment.key_id, assignment.seat': 'assignment_one_per_seat',
  'assignment.key_id, assignment.equipment_id': 'assignment_once_per_unit',
  'attribute.record_type, attribute.name': 'attribute_name_unique',
  'saved_view.owner_id, saved_view.list, saved_view.name_f': 'saved_view_name_unique',
  'customer.name_f': 'customer_name_f_key',
  'product.name_f': 'product_name_f_key',
  'user.email_f': 'user_email_f_key',
  'identity.issuer, identity.subject': 'identity_unique',
  'license.fingerprint': 'license_fingerprint_key',
  'idempotency.actor_id, idempotency.method, idempotency.path, idempotency.key': 'idempotency_unique',
};

/** By the beginning of the code: the more exact one stands first. */
const sqliteKinds: [string, 'busy' | 'full' | 'readonly' | 'gone' | 'disk' | 'damaged'][] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR_WRITE', 'full'],
  // The index of the write-ahead log finds no room.
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_READONLY', 'readonly'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_CANTOPEN', 'gone'],
];

function sqliteFault(code: string, message: string): DatabaseFault | undefined {
  const detail = message.slice(message.indexOf(': ') + 2);
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return { kind: 'unique', constraint: uniqueByColumns[detail] ?? detail };
  if (code === 'SQLITE_CONSTRAINT_CHECK') return { kind: 'check', constraint: detail };
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return { kind: 'foreignKey', constraint: '' };
  const kind = sqliteKinds.find(([start]) => code.startsWith(start))?.[1];
  return kind && { kind };
}

/** The faults of errors that were thrown by the connection to PostgreSQL, and by nothing else. */
const postgresFaults = new WeakMap<Error, DatabaseFault>();

/**
 * To be called where PostgreSQL's driver throws, and nowhere else: a broken connection has codes (ECONNRESET, EPIPE) that
 * a client's own connection has as well.
 */
export function notePostgresFault<Thrown>(error: Thrown, fault: DatabaseFault | undefined): Thrown {
  if (error instanceof Error && fault) postgresFaults.set(error, fault);
  return error;
}

/** Reads an error a query threw; `undefined` for anything that is a bug, or that the database did not throw. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const noted = postgresFaults.get(error);
  if (noted) return noted;
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
    ? sqliteFault(error.code, error.message)
    : undefined;
}

/** Whether an error came from the embedded database at all: a file that others changed makes the strangest. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}

/** Whether the database refused for the named unique constraint. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const fault = databaseFault(error);
  return fault?.kind === 'unique' && fault.constraint === constraint;
}

/** Whether a file was refused because it does not begin as a database does: one that is damaged further on is one. */
export function isNoDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_NOTADB';
}
