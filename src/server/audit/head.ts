import type { WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { decodeFrontier, type Frontier } from '../../domain/audit/tree.ts';

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
