import type { ReadDb } from '../../../db/open.ts';
import { committedBody, parseJson } from '../../../domain/audit/entry.ts';
import { AppError } from '../../../domain/errors.ts';
import { sha256 } from '../../audit/sha256.ts';
import { genuineReader, type Log } from '../../audit/told-by-log.ts';

/** An entry of the log with what it says; `details` is undefined where its content was erased. */
export type ToldEntry = {
  idx: number;
  at: string;
  action: string;
  /** What it is about, as its header says. */
  subject: string;
  keyId: string | null;
  equipmentId: string | null;
  customerId: string | null;
  details: Record<string, unknown> | undefined;
};

/** Entries with their content, from a table or a condition on it. */
export function entriesWithContent(db: ReadDb) {
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body']);
}

type Row = Awaited<ReturnType<ReturnType<typeof entriesWithContent>['execute']>>[number];

/**
 * What entries tell. Refuses (`log_inconsistent`) where one of them is not what this installation wrote: records are deleted
 * by what they say, and whoever writes the database could have some say it.
 */
export async function toldBy(log: Log, rows: readonly Row[]): Promise<ToldEntry[]> {
  const read = await genuineReader(log);
  return rows.map((row) => {
    const header = read(row);
    const body = header && row.body !== null ? committedBody(sha256, header, row) : '';
    if (!header || body === undefined)
      throw new AppError(
        'log_inconsistent',
        `Entry ${row.idx} is not what was recorded. Nothing more was undone: on the server, keybook audit verify says more.`,
      );
    return {
      idx: row.idx,
      at: header.t,
      action: header.a,
      subject: header.s,
      keyId: header.k,
      equipmentId: header.e,
      customerId: header.o,
      // Written by appendEntries: an object.
      details: body === '' ? undefined : (parseJson(body) as Record<string, unknown>),
    };
  });
}

/** So many ends are looked for: there is one. */
const mostEnds = 10;

/** Whether an entry is of that import, or of its undoing. */
export function isOfImport({ details }: Pick<ToldEntry, 'details'>, id: string): boolean {
  return details?.batch === id && (details.imported === true || details.undone === true);
}

/**
 * The entry that an import ended with; undefined where there is none. An import ends once: whoever writes the database can
 * have one that is over ended again, whose entry would be younger than the import is. Then it is refused (`log_inconsistent`).
 */
export async function endOfImport(log: Log, id: string): Promise<ToldEntry | undefined> {
  const rows = await entriesWithContent(log.db)
    .where('e.subject', '=', `import:${id}`)
    .where('e.action', '=', 'import.completed')
    .where('e.key_id', 'is', null)
    .where('e.equipment_id', 'is', null)
    .orderBy('e.idx', 'desc')
    .limit(mostEnds)
    .execute();
  // An entry of another import may have been given the subject of this one.
  const [end, ...others] = await toldBy(log, rows);
  if (end?.subject !== `import:${id}`) return undefined;
  if (!others.some(({ subject }) => subject === end.subject)) return end;
  throw new AppError('log_inconsistent', 'The audit log tells of two ends of this import. Nothing was undone.');
}

type Span = { from: number; before: number; most: number };

/** The entries of an import in a part of the log, the last first, and from where on that part was read. */
export async function entriesOfImport(
  log: Log,
  id: string,
  { from, before, most }: Span,
): Promise<{ entries: ToldEntry[]; from: number }> {
  const first = Math.max(from, before - most);
  const rows = await entriesWithContent(log.db)
    .where('e.idx', '>=', first)
    .where('e.idx', '<', before)
    .orderBy('e.idx', 'desc')
    .execute();
  const entries = await toldBy(log, rows);
  return { entries: entries.filter((entry) => isOfImport(entry, id)), from: first };
}
