import type { Database, ReadDb } from '../../db/open.ts';
import type { LogRow } from '../../domain/audit/entry-checks.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import { type LogSource, type VerifyResult, verifyLog } from '../../domain/audit/verify.ts';
import { sha256 } from './sha256.ts';
import { verifySignature } from './signature.ts';

/** Rows of one statement. */
const page = 1000;

/**
 * `pinnedKey` is the log's public key (vkey) from elsewhere; `outside` are checkpoint notes kept elsewhere; `tagOf` is
 * the vault's, where it is open.
 */
export type VerifyWith = {
  pinnedKey?: string | undefined;
  outside?: string[] | undefined;
  tagOf?: TagOf | undefined;
};

/** Reads the whole log of a database as it is now, and says whether it is the one its checkpoints signed (L9). */
export async function verifyDatabase(
  database: Database,
  { pinnedKey, outside, tagOf }: VerifyWith = {},
): Promise<VerifyResult> {
  const { db, close } = await database.openSnapshot();
  try {
    const source = await databaseLog(db, tagOf !== undefined);
    return await verifyLog({ sha: sha256, verifySignature, source, pinnedKey, outside, tagOf });
  } finally {
    await close();
  }
}

/**
 * The log in a database as a verifier reads it, with its tags where they can be checked. `db` is a snapshot: all parts
 * must be of one moment.
 */
export async function databaseLog(db: ReadDb, withTags = false): Promise<LogSource> {
  const identity = await readIdentity(db);
  return {
    origin: identity?.origin,
    publicKey: identity?.publicKey,
    head: () => db.selectFrom('audit_head').select(['size', 'frontier']).where('id', '=', 1).executeTakeFirst(),
    entries: () => readEntries(db, withTags),
    checkpoints: () => readCheckpoints(db),
    tiles: () => readTiles(db),
    strays: () => readStrays(db),
  };
}

/** Whose log it is, by its own word. */
export async function readIdentity(db: ReadDb): Promise<{ origin: string; publicKey: string } | undefined> {
  return db
    .selectFrom('log_identity')
    .select(['origin', 'public_key as publicKey'])
    .where('id', '=', 1)
    .executeTakeFirst();
}

/** The entries of a log with what is there of their content. */
export function entryRows(db: ReadDb) {
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .leftJoin('audit_erasure as x', 'x.idx', 'e.idx')
    .select(['e.idx', 'e.at', 'e.action', 'e.subject', 'e.key_id as keyId', 'e.equipment_id as equipmentId'])
    .select(['e.customer_id as customerId', 'e.actor_id as actorId', 'e.header', 'p.salt', 'p.body'])
    .select('x.by_idx as erasedBy');
}

async function* readEntries(db: ReadDb, withTags: boolean): AsyncIterable<LogRow> {
  let last: number | undefined;
  for (;;) {
    const query = entryRows(db)
      .$if(withTags, (rows) => rows.select('e.tag'))
      .orderBy('e.idx')
      .limit(page);
    const rows: LogRow[] = await (last === undefined ? query : query.where('e.idx', '>', last)).execute();
    yield* rows;
    last = rows.at(-1)?.idx;
    if (rows.length < page) return;
  }
}

async function* readCheckpoints(db: ReadDb): AsyncIterable<{ size: number; note: string }> {
  let last: number | undefined;
  for (;;) {
    const query = db.selectFrom('audit_checkpoint').select(['size', 'note']).orderBy('size').limit(page);
    const rows = await (last === undefined ? query : query.where('size', '>', last)).execute();
    yield* rows;
    last = rows.at(-1)?.size;
    if (rows.length < page) return;
  }
}

/** One by one: each is some ten kilobytes. */
async function* readTiles(db: ReadDb): AsyncIterable<{ level: number; n: number; hashes: string }> {
  const tiles = await db.selectFrom('audit_tile').select(['level', 'n']).orderBy('level').orderBy('n').execute();
  for (const { level, n } of tiles) {
    const tile = await db
      .selectFrom('audit_tile')
      .select(['level', 'n', 'hashes'])
      .where('level', '=', level)
      .where('n', '=', n)
      .executeTakeFirst();
    if (tile) yield tile;
  }
}

const mostStrays = 20;

async function* readStrays(db: ReadDb): AsyncIterable<{ table: string; idx: number }> {
  for (const table of ['audit_payload', 'audit_erasure'] as const) {
    const rows = await db
      .selectFrom(table)
      .select(`${table}.idx`)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit_entry as e').select('e.idx').whereRef('e.idx', '=', `${table}.idx`))),
      )
      .orderBy(`${table}.idx`)
      .limit(mostStrays)
      .execute();
    for (const { idx } of rows) yield { table, idx };
  }
}
