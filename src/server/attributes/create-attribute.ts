import type { createAttribute as contract } from '../../contract/attributes.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { attributeColumns, requireSound } from './attribute-record.ts';

/** Defines an attribute of a record type (K12), for all customers. Refused: a faulty definition, a name that is taken. */
export async function createAttribute(ctx: Ctx, { body }: { body: BodyOf<typeof contract> }): Promise<{ id: string }> {
  const { required = false, choices = [], archived = false, ...given } = body;
  const record = { ...given, required, choices, archived, mask: given.mask || null };
  requireSound(record);
  try {
    return await ctx.change(async (tx) => {
      const id = ctx.newId();
      await tx
        .insertInto('attribute')
        .values({ id, ...attributeColumns(record), created_at: ctx.now() })
        .execute();
      const details = givenFields(record);
      return { result: { id }, audit: { action: 'attribute.created', subject: `attribute:${id}`, details } };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'attribute_name_unique')) throw await nameTaken(ctx, record);
    throw error;
  }
}

async function nameTaken(ctx: Ctx, { recordType, name }: BodyOf<typeof contract>): Promise<AppError> {
  const other = await ctx.db
    .selectFrom('attribute')
    .select('id')
    .where('record_type', '=', recordType)
    .where('name', '=', name)
    .executeTakeFirst();
  const detail = `There is an attribute ${name} already. Bring that one back if it is archived, or choose another name.`;
  const errors = [{ pointer: '/name', code: 'name_taken', detail }];
  return new AppError('name_taken', detail, errors, other ? { existing: { type: 'attribute', id: other.id } } : {});
}
