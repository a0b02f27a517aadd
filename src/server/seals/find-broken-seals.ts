import { type SqlBool, sql } from 'kysely';
import type { AuditAction } from '../../domain/audit/actions.ts';
import type { App } from '../context.ts';
import { hasItsFactors } from './factors.ts';
import { isSealed } from './seal.ts';
import { type RowOf, type SealedTable, sealedColumns } from './sealed-columns.ts';

/**
 * A row that somebody else wrote: `row` has other values than the server gave it, `factors` another second factor, other
 * recovery codes or identities, and `older` is one of the server's own that was put back: the log tells of a later change.
 */
export type BrokenSealFound = { table: SealedTable; id: string; what: 'row' | 'factors' | 'older' };

const batchSize = 500;

/** Every row that decides who may do what and is not as the server left it. Reads all of them and writes nothing. */
export async function* findBrokenSeals(app: App): AsyncIterable<BrokenSealFound> {
  const changed = await lastChanges(app);
  const ended = await lastTokenEnds(app, changed.get('database:1') ?? -1);
  for await (const row of rowsOf(app, 'user')) {
    if (!isSealed(app, 'user', row)) yield { table: 'user', id: row.id, what: 'row' };
    else if (!(await hasItsFactors(app.database.read, row))) yield { table: 'user', id: row.id, what: 'factors' };
    else if (row.sealed_idx < (changed.get(`user:${row.id}`) ?? -1)) yield { table: 'user', id: row.id, what: 'older' };
  }
  for await (const row of rowsOf(app, 'token')) {
    const last = Math.max(changed.get(`token:${row.id}`) ?? -1, row.revoked_at === null ? ended(row.user_id) : -1);
    if (!isSealed(app, 'token', row)) yield { table: 'token', id: row.id, what: 'row' };
    else if (row.sealed_idx < last) yield { table: 'token', id: row.id, what: 'older' };
  }
  for await (const row of rowsOf(app, 'settings')) {
    if (!isSealed(app, 'settings', row)) yield { table: 'settings', id: String(row.id), what: 'row' };
    else if (row.sealed_idx < (changed.get('settings:1') ?? -1)) yield { table: 'settings', id: '1', what: 'older' };
  }
  for await (const row of rowsOf(app, 'session'))
    if (!isSealed(app, 'session', row)) yield { table: 'session', id: row.id, what: 'row' };
  for await (const row of rowsOf(app, 'setup_token'))
    if (!isSealed(app, 'setup_token', row)) yield { table: 'setup_token', id: row.token_mac, what: 'row' };
}

/** The rows of a table, some hundred at a time. */
async function* rowsOf<Table extends SealedTable>({ database }: App, table: Table): AsyncIterable<RowOf<Table>> {
  const [key] = sealedColumns[table];
  // The first of these tables and keys stands for each: nothing here depends on which it is.
  const [name, id] = [table as 'user', key as 'id'];
  for (let last: string | undefined; ; ) {
    const rows = await database.read
      .selectFrom(name)
      .selectAll()
      .$if(last !== undefined, (query) => query.where(id, '>', last ?? ''))
      .orderBy(id)
      .limit(batchSize)
      .execute();
    // Selected of that table.
    for (const row of rows) yield row as unknown as RowOf<Table>;
    if (rows.length < batchSize) return;
    last = rows.at(-1)?.[id];
  }
}

/** The actions that change a sealed row. A sign-in does where it used up a recovery code. */
const changing = [
  'user.created',
  'user.updated',
  'user.disabled',
  'user.reset',
  'user.passwordChanged',
  'user.secondFactorAdded',
  'user.secondFactorRemoved',
  'user.recoveryCodesMade',
  'user.identityLinked',
  'user.identityUnlinked',
  'token.created',
  'token.revoked',
  'settings.created',
  'settings.updated',
  'restore.completed',
] as const satisfies AuditAction[];

/** The newest entry that ended all tokens of a person: the person's own, or a restore, which ends everybody's. */
async function lastTokenEnds(
  { database: { read, fragments } }: App,
  restored: number,
): Promise<(userId: string) => number> {
  const rows = await read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.subject', (eb) => eb.fn.max<number>('e.idx').as('idx')])
    .where('e.action', 'in', ['user.disabled', 'user.passwordChanged', 'user.reset'])
    .where(sql<SqlBool>`${fragments.jsonNumber('p.body', 'tokensEnded')} > 0`)
    .groupBy('e.subject')
    .execute();
  const ends = new Map(rows.map(({ subject, idx }) => [subject, idx]));
  return (userId) => Math.max(restored, ends.get(`user:${userId}`) ?? -1);
}

/** The newest entry that changed each row, by subject. */
async function lastChanges({ database: { read, fragments } }: App): Promise<Map<string, number>> {
  const changes = await read
    .selectFrom('audit_entry as e')
    .select(['e.subject', (eb) => eb.fn.max<number>('e.idx').as('idx')])
    .where('e.action', 'in', changing)
    .groupBy('e.subject')
    .execute();
  const recoveries = await read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.subject', (eb) => eb.fn.max<number>('e.idx').as('idx')])
    .where('e.action', '=', 'session.opened')
    .where(sql<SqlBool>`${fragments.jsonText('p.body', 'code')} = 'recovery'`)
    .groupBy('e.subject')
    .execute();
  const last = new Map<string, number>();
  for (const { subject, idx } of [...changes, ...recoveries]) last.set(subject, Math.max(idx, last.get(subject) ?? -1));
  return last;
}
