import { type SqlBool, sql } from 'kysely';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { assignmentsPointing, unlessInUse } from '../records/in-use.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { equipmentOf } from './equipment-record.ts';

/** Deletes a unit that no assignment, present or past, points to; otherwise says which do (E7). */
export async function deleteEquipment(ctx: Ctx, { params: { id } }: { params: { id: string } }): Promise<void> {
  const work = () =>
    ctx.change(async (tx) => {
      const row = await tx
        .deleteFrom('equipment')
        .where('id', '=', id)
        .where(customerIn(ctx.scope, sql`customer_id`))
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound('unit');
      await requireAsTold(tx, ctx, { equipment: row, asked: [id], refusal: () => notFound('unit') });
      requireVersion(ctx.ifMatch, row.version);
      return {
        result: {},
        audit: {
          action: 'equipment.deleted',
          subject: `equipment:${id}`,
          equipmentId: id,
          customerId: row.customer_id,
          details: givenFields(equipmentOf(row)),
        },
      };
    });
  await unlessInUse(work, 'Retire it instead: set its status to retired.', () =>
    assignmentsPointing(ctx, sql<SqlBool>`a.equipment_id = ${id}`),
  );
}
