/** What went wrong in the database, told apart from bugs. `constraint` is the name in the schema, on both engines. */
export type DatabaseFault =
  | { kind: 'unique' | 'check' | 'foreignKey'; constraint: string }
  | { kind: 'busy' | 'full' | 'deadlock' | 'gone' | 'damaged' };

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

function sqliteFault(code: string, message: string): DatabaseFault | undefined {
  const detail = message.slice(message.indexOf(': ') + 2);
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return { kind: 'unique', constraint: uniqueByColumns[detail] ?? detail };
  if (code === 'SQLITE_CONSTRAINT_CHECK') return { kind: 'check', constraint: detail };
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return { kind: 'foreignKey', constraint: '' };
  if (code.startsWith('SQLITE_BUSY')) return { kind: 'busy' };
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR_WRITE')) return { kind: 'full' };
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return { kind: 'damaged' };
  if (code.startsWith('SQLITE_CANTOPEN')) return { kind: 'gone' };
  return undefined;
}

const postgresKinds: Record<string, 'unique' | 'check' | 'foreignKey' | 'busy' | 'full' | 'deadlock' | 'gone'> = {
  '23505': 'unique',
  '23514': 'check',
  '23503': 'foreignKey',
  '40001': 'deadlock',
  '40P01': 'deadlock',
  '55P03': 'busy',
  '57014': 'busy',
  '53300': 'busy',
  '53100': 'full',
  '57P01': 'gone',
  '57P02': 'gone',
  '57P03': 'gone',
  '08006': 'gone',
};

/** Codes of the operating system that any socket or file may fail with: a client that left is no fault of the database. */
const systemCodes = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'];
const fromDatabase = new WeakSet<Error>();

/** Says of an error that it came from a connection to the database, and hands it on. */
export function ofDatabase<Thrown>(error: Thrown): Thrown {
  if (error instanceof Error) fromDatabase.add(error);
  return error;
}

/** Reads an error a query threw; `undefined` for anything that is a bug. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (error.code.startsWith('SQLITE_')) return sqliteFault(error.code, error.message);
  if (systemCodes.includes(error.code)) return fromDatabase.has(error) ? { kind: 'gone' } : undefined;
  const kind = postgresKinds[error.code];
  if (kind === undefined) return undefined;
  if (kind === 'unique' || kind === 'check' || kind === 'foreignKey') {
    const constraint = 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
    return { kind, constraint: constraint === 'idempotency_pkey' ? 'idempotency_unique' : constraint };
  }
  return { kind };
}

/** Whether the database refused for the named unique constraint. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const fault = databaseFault(error);
  return fault?.kind === 'unique' && fault.constraint === constraint;
}
