import { reading, type WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { untoldAssignments } from '../audit/assignments-told.ts';
import { type Ctx, notFound } from '../context.ts';
import { BrokenSeal } from '../seals/seal.ts';

type Assignment = { assignmentId: string; keyId: string; equipmentId: string | null; customerId: string };

/**
 * Refuses everybody, whatever their customers, assignments that only their rows tell of, or that are another customer's by
 * their rows: whoever writes the database can make one, and waits for somebody to move, correct or end it, by an entry that
 * is true. To somebody of some customers the answer is that of what is not theirs.
 */
export async function requireToldAssignments(
  tx: WriteDb,
  { app, scope }: Pick<Ctx, 'app' | 'scope'>,
  assignments: readonly Assignment[],
): Promise<void> {
  const rows = assignments.map(({ assignmentId: id, keyId, equipmentId, customerId }) => ({
    ...{ id, key_id: keyId },
    ...{ equipment_id: equipmentId, customer_id: customerId },
  }));
  const [id] = await untoldAssignments({ db: reading(tx), app }, rows);
  if (id !== undefined)
    throw new BrokenSeal(
      { table: 'assignment', id, what: 'unlogged' },
      scope === 'all' ? untold() : notFound('assignment'),
    );
}

function untold(): AppError {
  return new AppError(
    'unavailable',
    'The database holds an assignment that the audit log does not tell of, or not as this customer’s, so nothing was done. On the server, keybook doctor says more.',
  );
}
