import type { Database } from '../../src/db/open.ts';
import type {
  AuditCheckpointTable,
  AuditEntryTable,
  AuditErasureTable,
  AuditHeadTable,
  AuditPayloadTable,
  AuditTileTable,
  LogIdentityTable,
} from '../../src/db/tables.ts';
import type { LogRow } from '../../src/domain/audit/entry-checks.ts';
import type { LogSource } from '../../src/domain/audit/verify.ts';

/** The tables of the log, row by row, as somebody holds them who can write anything. */
export type RawLog = {
  log_identity: LogIdentityTable[];
  audit_head: AuditHeadTable[];
  audit_entry: AuditEntryTable[];
  audit_payload: AuditPayloadTable[];
  audit_erasure: AuditErasureTable[];
  audit_checkpoint: AuditCheckpointTable[];
  audit_tile: AuditTileTable[];
};

export type RawTable = keyof RawLog;

export async function readRawLog({ read }: Pick<Database, 'read'>): Promise<RawLog> {
  return {
    log_identity: await read.selectFrom('log_identity').selectAll().execute(),
    audit_head: await read.selectFrom('audit_head').selectAll().execute(),
    audit_entry: await read.selectFrom('audit_entry').selectAll().orderBy('idx').execute(),
    audit_payload: await read.selectFrom('audit_payload').selectAll().orderBy('idx').execute(),
    audit_erasure: await read.selectFrom('audit_erasure').selectAll().orderBy('idx').execute(),
    audit_checkpoint: await read.selectFrom('audit_checkpoint').selectAll().orderBy('size').execute(),
    audit_tile: await read.selectFrom('audit_tile').selectAll().orderBy('level').orderBy('n').execute(),
  };
}

/** What the server's own reader would answer over these rows, primary keys or not. */
export function rawSource(log: RawLog): LogSource {
  const identity = log.log_identity.find(({ id }) => id === 1);
  return {
    origin: identity?.origin,
    publicKey: identity?.public_key,
    head: async () => log.audit_head.find(({ id }) => id === 1),
    entries: () => each(joined(log)),
    checkpoints: () => each(log.audit_checkpoint),
    tiles: () => each(log.audit_tile),
    strays: () => each(strays(log)),
  };
}

async function* each<T>(values: Iterable<T>): AsyncIterable<T> {
  yield* values;
}

export function joined(log: RawLog): LogRow[] {
  const payloads = Map.groupBy(log.audit_payload, ({ idx }) => idx);
  const erasures = Map.groupBy(log.audit_erasure, ({ idx }) => idx);
  const rows = log.audit_entry.flatMap((entry): LogRow[] =>
    (payloads.get(entry.idx) ?? [undefined]).flatMap((payload) =>
      (erasures.get(entry.idx) ?? [undefined]).map((erasure) => ({
        idx: entry.idx,
        at: entry.at,
        action: entry.action,
        subject: entry.subject,
        keyId: entry.key_id,
        equipmentId: entry.equipment_id,
        customerId: entry.customer_id,
        actorId: entry.actor_id,
        header: entry.header,
        salt: payload?.salt ?? null,
        body: payload?.body ?? null,
        erasedBy: erasure?.by_idx ?? null,
      })),
    ),
  );
  return rows.sort((a, b) => a.idx - b.idx);
}

function strays(log: RawLog): { table: string; idx: number }[] {
  const known = new Set(log.audit_entry.map(({ idx }) => idx));
  return (['audit_payload', 'audit_erasure'] as const).flatMap((table) =>
    log[table].filter(({ idx }) => !known.has(idx)).map(({ idx }) => ({ table, idx })),
  );
}

/** The same rows as an export in JSON Lines. */
export function rawExport(log: RawLog): string {
  const { origin, public_key: publicKey } = log.log_identity[0] ?? { origin: '', public_key: '' };
  const head = log.audit_head[0];
  const lines = [
    { keybookExport: 1, origin, publicKey, size: head?.size },
    ...joined(log).map(({ idx, header, salt, body, erasedBy }) => ({ entry: { idx, header, salt, body, erasedBy } })),
    ...log.audit_checkpoint.map((checkpoint) => ({ checkpoint })),
    { end: { size: head?.size, frontier: head?.frontier } },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
