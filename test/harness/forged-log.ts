import { sql } from 'kysely';
import type { Database, ReadDb, WriteDb } from '../../src/db/open.ts';
import { encodeBase64Url } from '../../src/domain/audit/base64.ts';
import { commitmentInput, decodeHeader, encodeHeader } from '../../src/domain/audit/entry.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { sealLog } from '../audit-vectors/build-log.ts';
import { joined, type RawLog, type RawTable, readRawLog } from './raw-log.ts';

/** In the order rows may go: what refers to entries first. */
const tables: RawTable[] = [
  'audit_payload',
  'audit_erasure',
  'audit_entry',
  'audit_head',
  'audit_checkpoint',
  'audit_tile',
];

/**
 * What somebody does who can write everything in the database and has no key: rewrites the log as `forge` leaves it,
 * with head and tiles made anew, and leaves the guards as they were.
 */
export async function forgeLog(database: Database, forge: (log: RawLog) => void): Promise<void> {
  await unguarded(database, async (tx) => {
    // A writable handle reads as well; the narrower type is what the reader takes.
    const log = await readRawLog({ read: tx as unknown as ReadDb });
    forge(log);
    const { head, tiles } = sealLog(joined(log), []);
    await write(tx, { ...log, audit_head: [{ ...head, id: 1 as const }], audit_tile: tiles });
  });
}

/** Puts the log back as it was read. */
export async function putBack(database: Database, log: RawLog): Promise<void> {
  await unguarded(database, (tx) => write(tx, log));
}

async function write(tx: WriteDb, log: RawLog): Promise<void> {
  for (const table of tables) await tx.deleteFrom(table).execute();
  // The row is one of this table's; the query builder cannot tell over a union of them.
  for (const table of tables.toReversed())
    for (const row of log[table])
      await tx
        .insertInto(table)
        .values(row as never)
        .execute();
}

/** Work of somebody who takes the guards of the log away for it, and puts them back. */
export async function unguarded(database: Database, work: (tx: WriteDb) => Promise<void>): Promise<void> {
  await database.admin.transaction().execute(async (tx) => {
    if (database.engine === 'postgres') {
      // Switches off all triggers, and with them the checks of foreign keys.
      await sql.raw('SET LOCAL session_replication_role = replica').execute(tx);
      return work(tx);
    }
    await sql.raw('PRAGMA defer_foreign_keys = ON').execute(tx);
    const { rows } = await sql<{ name: string; sql: string }>`SELECT name, sql FROM sqlite_schema
      WHERE type = 'trigger'`.execute(tx);
    for (const { name } of rows) await sql.raw(`DROP TRIGGER ${name}`).execute(tx);
    await work(tx);
    for (const trigger of rows) await sql.raw(trigger.sql).execute(tx);
  });
}

/** Gives the entry other content, or another actor, that header and columns agree about. */
export function rewriteEntry(log: RawLog, idx: number, edit: { body?: string; actor?: string }): void {
  const [entry, payload] = [log.audit_entry[idx], log.audit_payload.find((one) => one.idx === idx)];
  const header = entry && decodeHeader(entry.header);
  if (!entry || !header || !payload) throw new Error(`there is no whole entry ${idx}`);
  const body = edit.body ?? payload.body;
  const c = encodeBase64Url(sha256(commitmentInput(Buffer.from(payload.salt, 'base64url'), body)));
  const actor = edit.actor ?? entry.actor_id;
  Object.assign(payload, { body });
  Object.assign(entry, { actor_id: actor, header: encodeHeader({ ...header, c, u: actor }) });
}

/** Appends an entry like entry `like`, by another actor, that the rest of the log agrees with. */
export function insertEntry(log: RawLog, like: number, actor: string): void {
  const [entry, payload] = [log.audit_entry[like], log.audit_payload.find((one) => one.idx === like)];
  const header = entry && decodeHeader(entry.header);
  if (!entry || !header || !payload) throw new Error(`there is no whole entry ${like}`);
  const idx = log.audit_entry.length;
  const body = payload.body;
  const alone = { i: idx, k: null, e: null, p: null, pe: null, u: actor };
  const columns = { idx, key_id: null, equipment_id: null, actor_id: actor };
  log.audit_entry.push({ ...entry, ...columns, header: encodeHeader({ ...header, ...alone }) });
  log.audit_payload.push({ idx, salt: payload.salt, body });
}
