import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { decodeFrontier, encodeFrontier, type Frontier } from '../../domain/audit/tree.ts';
import { inconsistent } from './signing.ts';

const claim = statement(({ db }: On<WriteDb>) =>
  db
    .updateTable('audit_head')
    .set((eb) => ({ size: eb.ref('size') }))
    .where('id', '=', 1)
    .returning(['size', 'frontier']),
);

/** Locks the head row of the log until commit, with one spelling on both engines. Nobody else appends until then. */
export async function claimHead(on: On<WriteDb>): Promise<Frontier> {
  const [row] = await claim(on, {});
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

/** Throws `log_inconsistent` where a head does not come after what this server has written. */
export function requireAfter(written: Frontier | undefined, head: Frontier): void {
  if (!written || head.size > written.size) return;
  if (head.size < written.size)
    throw inconsistent(`it has ${head.size} entries, and this server has written ${written.size}`);
  if (encodeFrontier(head) !== encodeFrontier(written))
    throw inconsistent(`its ${head.size} entries are not those that this server has written`);
}
