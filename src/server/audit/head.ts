import { type RawBuilder, sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type Dialect, statement } from '../../db/statement.ts';
import { decodeFrontier, encodeFrontier, type Frontier } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import { inconsistent } from './signing.ts';

const claiming = (otherOf: (fragments: Fragments) => RawBuilder<string | null>) =>
  statement(({ db, fragments }: Dialect<WriteDb>) =>
    db
      .updateTable('audit_head')
      .set((eb) => ({ size: eb.ref('size') }))
      .where('id', '=', 1)
      .returning(['size', 'frontier', otherOf(fragments).as('other')]),
  );
const claim = claiming(({ otherThanTable }) => otherThanTable);
const claimAgain = claiming(() => sql`null`);

/** Transactions in which all tables were found to be ours, on the engine where nobody else changes one meanwhile. */
const judged = new WeakSet<WriteDb>();

/**
 * Locks the head row of the log until commit, with one spelling on both engines. Nobody else appends until then. Refuses
 * where the transaction has read what is no table of ours: what it read stays in its place until the commit.
 */
export async function claimHead(on: Dialect<WriteDb>): Promise<Frontier> {
  const [row] = judged.has(on.db) ? await claimAgain(on, {}) : await claim(on, {});
  if (row) requireNoOther(row.other);
  if (on.fragments.writesAlone) judged.add(on.db);
  const frontier = row && decodeFrontier(row.frontier);
  if (!row || !frontier || frontier.size !== row.size)
    throw new Error('the head of the audit log is missing or damaged: nothing can be recorded, so nothing is changed');
  return frontier;
}

/** The head of the log as it is. Throws `log_inconsistent` where it is missing or damaged. */
export async function readHead(db: ReadDb): Promise<Frontier> {
  const row = await db.selectFrom('audit_head').select(['size', 'frontier']).where('id', '=', 1).executeTakeFirst();
  const head = row && decodeFrontier(row.frontier);
  if (!head || head.size !== row.size) throw inconsistent('its head is missing or damaged');
  return head;
}

const readOther = statement(({ db, fragments }: Dialect<ReadDb>) =>
  db.selectFrom('audit_head').select(fragments.otherThanTable.as('other')).where('id', '=', 1),
);

/** Throws `log_inconsistent` where something else stands in the place of one of our tables. */
export async function requireTables(on: Dialect<ReadDb>): Promise<void> {
  const [row] = await readOther(on, {});
  if (row) requireNoOther(row.other);
}

function requireNoOther(other: string | null): void {
  if (other === null) return;
  throw new AppError(
    'log_inconsistent',
    `In the database, ${other} is not what Keybook made, so nobody can say what it answers. Run keybook doctor on the server.`,
  );
}

/** Throws `log_inconsistent` where a head does not come after what this server has written. */
export function requireAfter(written: Frontier | undefined, head: Frontier): void {
  if (!written || head.size > written.size) return;
  if (head.size < written.size)
    throw inconsistent(`it has ${head.size} entries, and this server has written ${written.size}`);
  if (encodeFrontier(head) !== encodeFrontier(written))
    throw inconsistent(`its ${head.size} entries are not those that this server has written`);
}
