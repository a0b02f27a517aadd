import { findDamageOf } from '../../db/embedded-file.ts';
import type { OwnRows } from '../../db/fragments.ts';
import { findOddTables } from '../../db/odd-tables.ts';
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
 * the vault's, where it is open, and `ownKey` the public key that the vault signs with.
 */
export type VerifyWith = {
  pinnedKey?: string | undefined;
  outside?: string[] | undefined;
  tagOf?: TagOf | undefined;
  ownKey?: Uint8Array | undefined;
};

/** Reads the whole log of a database as it is now, and says whether it is the one its checkpoints signed (L9). */
export async function verifyDatabase(
  database: Database,
  { pinnedKey, outside, tagOf, ownKey }: VerifyWith = {},
): Promise<VerifyResult> {
  const { db, close } = await database.openSnapshot();
  try {
    const source = await databaseLog({ ...database, db }, tagOf !== undefined);
    return await verifyLog({ sha: sha256, verifySignature, source, pinnedKey, outside, tagOf, ownKey });
  } finally {
    await close();
  }
}

/** `db` is a snapshot: all parts must be of one moment. */
export type Snapshot = Pick<Database, 'engine' | 'fragments'> & { db: ReadDb };
type Rows = { db: ReadDb; ownRows: OwnRows };

const logTables = [
  'audit_entry',
  'audit_payload',
  'audit_erasure',
  'audit_head',
  'audit_checkpoint',
  'audit_tile',
  'log_identity',
] as const;

/**
 * The log in a database as a verifier reads it, with its tags where they can be checked: by the rows of its tables, and
 * with what differs between them and the indexes that others read them by.
 */
export async function databaseLog({ db, engine, fragments }: Snapshot, withTags = false): Promise<LogSource> {
  const from = { db, ownRows: fragments.ownRows };
  const identity = await readIdentityRow(from);
  return {
    origin: identity?.origin,
    publicKey: identity?.publicKey,
    head: () => readHead(from),
    entries: () => readEntries(from, withTags),
    checkpoints: () => readCheckpoints(from),
    tiles: () => readTiles(from),
    strays: () => readStrays(from),
    damage: async () => [
      ...(await findOddTables({ db, engine }, logTables)),
      ...(await findMoreRows(from)),
      ...(await findDamageOf({ db, engine }, logTables)),
    ],
  };
}

function readIdentityRow({ db, ownRows }: Rows) {
  return db
    .selectFrom(ownRows('log_identity', 'l'))
    .select(['l.origin', 'l.public_key as publicKey'])
    .where('l.id', '=', 1)
    .executeTakeFirst();
}

function readHead({ db, ownRows }: Rows): Promise<{ size: number; frontier: string } | undefined> {
  return db
    .selectFrom(ownRows('audit_head', 'h'))
    .select(['h.size', 'h.frontier'])
    .where('h.id', '=', 1)
    .executeTakeFirst();
}

/** Another row beside the one of such a table could be the one that somebody else reads. */
async function findMoreRows({ db, ownRows }: Rows): Promise<string[]> {
  const found: string[] = [];
  for (const table of ['audit_head', 'log_identity'] as const) {
    const rows = await db.selectFrom(ownRows(table, 'r')).select('r.id').limit(2).execute();
    if (rows.length > 1) found.push(`${table} has more than one row`);
  }
  return found;
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
    .select(entryColumns);
}

const entryColumns = [
  'e.idx',
  'e.at',
  'e.action',
  'e.subject',
  'e.key_id as keyId',
  'e.equipment_id as equipmentId',
  'e.customer_id as customerId',
  'e.actor_id as actorId',
  'e.header',
  'p.salt',
  'p.body',
  'x.by_idx as erasedBy',
] as const;

async function* readEntries({ db, ownRows }: Rows, withTags: boolean): AsyncIterable<LogRow> {
  let last: number | undefined;
  for (;;) {
    const query = db
      .selectFrom(ownRows('audit_entry', 'e'))
      .leftJoin(ownRows('audit_payload', 'p'), 'p.idx', 'e.idx')
      .leftJoin(ownRows('audit_erasure', 'x'), 'x.idx', 'e.idx')
      .select(entryColumns)
      .$if(withTags, (rows) => rows.select('e.tag'))
      .orderBy('e.idx')
      .limit(page);
    const rows: LogRow[] = await (last === undefined ? query : query.where('e.idx', '>', last)).execute();
    yield* rows;
    last = rows.at(-1)?.idx;
    if (rows.length < page) return;
  }
}

async function* readCheckpoints({ db, ownRows }: Rows): AsyncIterable<{ size: number; note: string }> {
  let last: number | undefined;
  for (;;) {
    const query = db
      .selectFrom(ownRows('audit_checkpoint', 'c'))
      .select(['c.size', 'c.note'])
      .orderBy('c.size')
      .limit(page);
    const rows = await (last === undefined ? query : query.where('c.size', '>', last)).execute();
    yield* rows;
    last = rows.at(-1)?.size;
    if (rows.length < page) return;
  }
}

/** Each is some ten kilobytes. */
const tilesAtOnce = 100;

/** By their places, of which one read tells all; no index helps to find them, so that each further read takes many. */
async function* readTiles({ db, ownRows }: Rows): AsyncIterable<{ level: number; n: number; hashes: string }> {
  const places = await db.selectFrom(ownRows('audit_tile', 't')).select(['t.level', 't.n']).execute();
  for (const [level, found] of Map.groupBy(places, (place) => place.level)) {
    const ns = found.map(({ n }) => n).sort((a, b) => a - b);
    for (let from = 0; from < ns.length; from += tilesAtOnce) {
      yield* await db
        .selectFrom(ownRows('audit_tile', 't'))
        .select(['t.level', 't.n', 't.hashes'])
        .where('t.level', '=', level)
        .where('t.n', 'in', ns.slice(from, from + tilesAtOnce))
        .orderBy('t.n')
        .execute();
    }
  }
}

const mostStrays = 20;

async function* readStrays({ db, ownRows }: Rows): AsyncIterable<{ table: string; idx: number }> {
  for (const table of ['audit_payload', 'audit_erasure'] as const) {
    const rows = await db
      .selectFrom(ownRows(table, 's'))
      .select('s.idx')
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom(ownRows('audit_entry', 'e')).select('e.idx').whereRef('e.idx', '=', 's.idx'))),
      )
      .orderBy('s.idx')
      .limit(mostStrays)
      .execute();
    for (const { idx } of rows) yield { table, idx };
  }
}
