import type { updateAttribute as contract } from '../../contract/attributes.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { changesBetween } from '../records/changes-between.ts';
import { attributeColumns, attributeOf, requireSound } from './attribute-record.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/** Changes, archives or brings back a definition. What records have already is judged at their next change. */
export async function updateAttribute(ctx: Ctx, { params, body }: Input): Promise<{ id: string }> {
  return changeIfAny(ctx, async (tx) => {
    const row = await tx
      .updateTable('attribute')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', params.id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw notFound('attribute');
    requireVersion(ctx.ifMatch, row.version - 1);
    const before = attributeOf(row);
    const after = {
      ...before,
      labelEn: body.labelEn ?? before.labelEn,
      labelDe: body.labelDe ?? before.labelDe,
      required: body.required ?? before.required,
      mask: body.mask === undefined ? before.mask : body.mask || null,
      choices: body.choices ?? before.choices,
      archived: body.archived ?? before.archived,
    };
    requireSound(after);
    const changes = changesBetween(before, after);
    const { id } = row;
    if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
    await tx.updateTable('attribute').set(attributeColumns(after)).where('id', '=', id).execute();
    const details = { name: after.name, recordType: after.recordType, changes };
    return { result: { id }, audit: [{ action: 'attribute.updated', subject: `attribute:${id}`, details }] };
  });
}
