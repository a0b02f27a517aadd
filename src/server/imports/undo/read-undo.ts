import type { ReadCtx } from '../../context.ts';
import { namedKey } from '../../equipment/keys-on.ts';
import { licenseName } from '../../licenses/license-record.ts';
import type { ImportAnswer } from '../run/import-queries.ts';
import { leftBecause } from './left-because.ts';
import { type LeftRecord, newReport, reportOf, type UndoneRecord, undoneRecords } from './undo-report.ts';

type UndoRow = {
  log_from: number | null;
  undo_status: string;
  undo_by: string | null;
  undo_at: string | null;
  undo_pass: number;
  undo_next: number | null;
  undo_report: string;
};

/** What an undo has done, and what it left, by the names of today; null where nobody undid the import. */
export async function undoneOf(ctx: ReadCtx, row: UndoRow): Promise<ImportAnswer['undone']> {
  const { undo_status: status, undo_at: at, undo_report: stored } = row;
  if (status === '' || at === null) return null;
  const { before, deleted, putBack, left, leftCount, cause } = reportOf(stored)?.report ?? newReport(0);
  const seesAll = ctx.scope === 'all';
  return {
    at,
    by: seesAll ? await nameOf(ctx, row.undo_by) : null,
    share: status === 'done' ? 1 : shareOf(row, before),
    cause: status === 'stopped' && cause ? cause : null,
    counts: { deleted, putBack, left: leftCount },
    left: seesAll ? await namedLeft(ctx, left) : [],
  };
}

/** How much of the log is dealt with; the second pass has hardly anything to do. */
function shareOf({ log_from: from, undo_pass: pass, undo_next: next }: UndoRow, before: number): number {
  if (pass === 2) return 0.99;
  return from === null || next === null || before <= from ? 0 : (0.99 * (before - next)) / (before - from);
}

async function nameOf({ db }: ReadCtx, id: string | null): Promise<string | null> {
  if (id === null) return null;
  return (await db.selectFrom('user').select('name').where('id', '=', id).executeTakeFirst())?.name ?? null;
}

/** What names a record: nothing of it is kept with the import, so that it goes with the record. */
const namesOf: Record<UndoneRecord, (ctx: ReadCtx, ids: unknown) => Promise<{ id: string; name: string }[]>> = {
  key: async ({ db, fragments }, ids) => {
    const rows = await db
      .selectFrom('key as k')
      .innerJoin('product as p', 'p.id', 'k.product_id')
      .select(['k.id', 'k.mask', 'p.name'])
      .where(fragments.isInList('k.id', ids))
      .execute();
    return rows.map(namedKey);
  },
  assignment: async ({ db, fragments }, ids) => {
    const rows = await db
      .selectFrom('assignment as a')
      .innerJoin('key as k', 'k.id', 'a.key_id')
      .innerJoin('product as p', 'p.id', 'k.product_id')
      .select(['a.id', 'k.mask', 'p.name'])
      .where(fragments.isInList('a.id', ids))
      .execute();
    return rows.map(namedKey);
  },
  license: async ({ db, fragments }, ids) => {
    const rows = await db
      .selectFrom('license as l')
      .innerJoin('product as p', 'p.id', 'l.product_id')
      .select(['l.id', 'l.order_number', 'p.name'])
      .where(fragments.isInList('l.id', ids))
      .execute();
    return rows.map(({ id, name, order_number }) => ({ id, name: licenseName(name, order_number) }));
  },
  equipment: ({ db, fragments }, ids) =>
    db.selectFrom('equipment').select(['id', 'name']).where(fragments.isInList('id', ids)).execute(),
  product: ({ db, fragments }, ids) =>
    db.selectFrom('product').select(['id', 'name']).where(fragments.isInList('id', ids)).execute(),
  customer: ({ db, fragments }, ids) =>
    db.selectFrom('customer').select(['id', 'name']).where(fragments.isInList('id', ids)).execute(),
};

async function namedLeft(ctx: ReadCtx, left: readonly LeftRecord[]) {
  const names = new Map<string, string>();
  for (const record of undoneRecords) {
    const ids = left.filter((one) => one.record === record).map(({ id }) => id);
    if (ids.length === 0) continue;
    for (const { id, name } of await namesOf[record](ctx, ctx.fragments.listOf(ids)))
      names.set(`${record} ${id}`, name);
  }
  return left.map(({ record, id, code }) => {
    const { detail } = leftBecause(code);
    return { record, id, name: names.get(`${record} ${id}`) ?? null, code, detail };
  });
}
