import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { WriteDb } from './open.ts';

/**
 * Runs work that changes entries of the audit log, which their guard refuses otherwise: within the transaction, which
 * nobody else sees into, the guard is off. Only for a database that a command has to itself.
 */
export async function withEntriesUnguarded(tx: WriteDb, engine: Engine, work: () => Promise<void>): Promise<void> {
  if (engine === 'postgres') {
    await sql`alter table audit_entry disable trigger audit_entry_fixed`.execute(tx);
    await work();
    await sql`alter table audit_entry enable trigger audit_entry_fixed`.execute(tx);
    return;
  }
  await sql`drop trigger audit_entry_no_update`.execute(tx);
  await work();
  // In the words of the step that made it: a guard in others is a finding.
  await sql`CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END`.execute(
    tx,
  );
}
