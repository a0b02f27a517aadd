import pg from 'pg';
import { type DatabaseFault, databaseFault, notePostgresFault } from './faults.ts';

type Kind = DatabaseFault['kind'];

/** What PostgreSQL's error codes (SQLSTATE) stand for, by their beginning: the more exact one stands first. */
const kinds: [string, Kind][] = [
  ['23505', 'unique'],
  ['23514', 'check'],
  ['23503', 'foreignKey'],
  ['40001', 'deadlock'],
  ['40P01', 'deadlock'],
  ['55P03', 'busy'],
  ['57014', 'busy'],
  ['25P04', 'busy'],
  ['53100', 'full'],
  // Out of memory, too many connections.
  ['53', 'busy'],
  // A pooler refuses what a connection begins with, or has given what was prepared on it to another.
  ['08P01', 'pooled'],
  ['26000', 'pooled'],
  ['42P05', 'pooled'],
  // The connection broke, or PostgreSQL is being stopped, started, or has ended this connection.
  ['08', 'gone'],
  ['57P', 'gone'],
  ['25P03', 'gone'],
  // A standby: after a failover the old primary is one.
  ['25006', 'readonly'],
  // A wrong password, an unknown name, no such database.
  ['28', 'refused'],
  ['3D000', 'refused'],
  ['58', 'disk'],
  ['XX001', 'damaged'],
  ['XX002', 'damaged'],
];

function answeredFault({ code = '', constraint = '' }: pg.DatabaseError): DatabaseFault | undefined {
  const kind = kinds.find(([start]) => code.startsWith(start))?.[1];
  if (kind === 'unique' || kind === 'check' || kind === 'foreignKey')
    return { kind, constraint: constraint === 'idempotency_pkey' ? 'idempotency_unique' : constraint };
  return kind && { kind };
}

/** No connection was to be had. `isFull`: all of the pool are in use. */
export function connectFault(error: unknown, isFull: boolean): unknown {
  const answered = error instanceof pg.DatabaseError ? answeredFault(error) : undefined;
  return notePostgresFault(error, answered ?? { kind: isFull ? 'busy' : 'gone' });
}

/** A statement failed. `isLost`: its connection is broken, so that whatever was thrown is thrown for that. */
export function statementFault(error: unknown, isLost: boolean): unknown {
  const answered = error instanceof pg.DatabaseError ? answeredFault(error) : undefined;
  return notePostgresFault(error, answered ?? (isLost ? { kind: 'gone' } : undefined));
}

/**
 * COMMIT failed. An answer that it is undone is one; where the connection ended instead of an answer, PostgreSQL may have
 * committed all the same, or still do it.
 */
export function commitFault(error: unknown): unknown {
  const isAnswer = error instanceof pg.DatabaseError && error.severity === 'ERROR' && error.code !== '08007';
  const fault = databaseFault(error);
  if (isAnswer || fault === undefined || (fault.kind === 'gone' && fault.isUnsent)) return error;
  return notePostgresFault(error, { kind: 'unknown' });
}
