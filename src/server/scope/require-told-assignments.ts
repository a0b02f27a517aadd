import { reading, type WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { untoldAssignments } from '../audit/told-by-log.ts';
import type { Ctx } from '../context.ts';
import { BrokenSeal } from '../seals/seal.ts';

type Assignment = { assignmentId: string; keyId: string; equipmentId: string | null };

/**
 * Refuses everybody, whatever their customers, assignments on units that only their rows tell of: whoever writes the
 * database can make one, and waits for somebody to move or correct it, by an entry that is true. An assignment without
 * a unit gives nobody a text.
 */
export async function requireToldAssignments(
  tx: WriteDb,
  { app }: Pick<Ctx, 'app'>,
  assignments: readonly Assignment[],
): Promise<void> {
  const onUnits = assignments.flatMap(({ assignmentId: id, keyId: key_id, equipmentId: equipment_id }) =>
    equipment_id === null ? [] : [{ id, key_id, equipment_id }],
  );
  const [id] = await untoldAssignments({ db: reading(tx), app }, onUnits);
  if (id !== undefined) throw new BrokenSeal({ table: 'assignment', id, what: 'unlogged' }, untold());
}

function untold(): AppError {
  return new AppError(
    'unavailable',
    'The database holds an assignment that the audit log does not tell of, so nothing was done. On the server, keybook doctor says more.',
  );
}
