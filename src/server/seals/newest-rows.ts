import type { App } from '../context.ts';
import { type DatedTable, isDated, olderRows } from './older-rows.ts';
import type { RowOf } from './sealed-columns.ts';

/** What another server changes is seen after this time; what this one changes, at once. */
const askAgainMs = 10_000;
const mostKept = 10_000;

/** A row by its seal, with the last entry of the log that was looked at for a later change of it. */
type Newest = { seal: string; upTo: number; askedAt: number };

/** The rows that were the newest when the log was last asked. In memory: in the database, whoever tampers could say it. */
const known = new WeakMap<App['vault'], Map<string, Newest>>();

function knownTo({ vault }: Pick<App, 'vault'>): Map<string, Newest> {
  const rows = known.get(vault) ?? new Map<string, Newest>();
  known.set(vault, rows);
  return rows;
}

/**
 * Whether the log tells of no later change of a row whose seal is right: a request asks that of two or three rows, nearly
 * always the same, so each is looked up now and then, and always where it is another than before.
 */
export async function isNewest(app: App, table: DatedTable, row: RowOf<DatedTable>): Promise<boolean> {
  const rows = knownTo(app);
  const name = `${table}:${row.id}`;
  const before = rows.get(name);
  const same = before?.seal === row.seal ? before : undefined;
  const now = app.clock().getTime();
  if (same && Math.abs(now - same.askedAt) < askAgainMs) return true;
  const db = app.database.read;
  const end = await db
    .selectFrom('audit_entry')
    .select((eb) => eb.fn.max('idx').as('idx'))
    .executeTakeFirst();
  const sought = { ...row, sealed_idx: Math.max(row.sealed_idx, same?.upTo ?? -1) };
  if ((await olderRows({ db, app }, table, [sought])).size > 0) return false;
  if (rows.size >= mostKept) rows.clear();
  rows.set(name, { seal: row.seal, upTo: Number(end?.idx ?? -1), askedAt: now });
  return true;
}

/**
 * After entries about these subjects: what was the newest of people, tokens and settings need not be so any more. Who is
 * asking the log just now keeps its answer in the map of before, where nobody looks.
 */
export function forgetNewest({ vault }: Pick<App, 'vault'>, subjects: readonly string[]): void {
  if (subjects.some((subject) => isDated(subject.split(':')[0] ?? ''))) known.delete(vault);
}
