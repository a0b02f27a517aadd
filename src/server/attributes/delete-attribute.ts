import { type SqlBool, sql } from 'kysely';
import { reading, type WriteDb } from '../../db/open.ts';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import type { Condition } from '../list/run-list.ts';
import { givenFields } from '../records/changes-between.ts';
import { inUse, keysPointing, licensesPointing, type Pointing, unitsPointing } from '../records/in-use.ts';
import { attributeOf } from './attribute-record.ts';

type Definition = ReturnType<typeof attributeOf>;

/** Deletes a definition that no record has a value for; otherwise says which records have one (E7). */
export async function deleteAttribute(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  await ctx.change(async (tx) => {
    const row = await tx.deleteFrom('attribute').where('id', '=', params.id).returningAll().executeTakeFirst();
    if (!row) throw notFound('attribute');
    requireVersion(ctx.ifMatch, row.version);
    const record = attributeOf(row);
    const holding = await recordsWith(tx, ctx, record);
    if (holding.length > 0) throw inUse('Archive it instead.', holding);
    const details = givenFields(record);
    return { result: {}, audit: { action: 'attribute.deleted', subject: `attribute:${params.id}`, details } };
  });
}

function recordsWith(tx: WriteDb, ctx: Ctx, { recordType, name }: Definition): Promise<Pointing[]> {
  const hasValue = (column: string): Condition => sql<SqlBool>`${ctx.fragments.jsonText(column, name)} is not null`;
  const inside = { ...ctx, db: reading(tx) };
  switch (recordType) {
    case 'key':
      return keysPointing(inside, hasValue('k.attributes'));
    case 'equipment':
      return unitsPointing(inside, hasValue('e.attributes'));
    case 'license':
      return licensesPointing(inside, hasValue('l.attributes'));
  }
}
