import { type SqlBool, sql } from 'kysely';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { keysPointing, unlessInUse } from '../records/in-use.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn, keyOwn } from '../scope/scope-sql.ts';
import { licenseName, licenseOf, recordedLicense } from './license-record.ts';

/** Deletes a license that no key points to; otherwise says which do (E7). */
export async function deleteLicense(ctx: Ctx, { params: { id } }: { params: { id: string } }): Promise<void> {
  const work = () =>
    ctx.change(async (tx) => {
      const row = await tx
        .deleteFrom('license')
        .where('id', '=', id)
        .where(customerIn(ctx.scope, sql`customer_id`))
        .returningAll()
        .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
        .executeTakeFirst();
      if (!row) throw notFound('license');
      await requireAsTold(tx, ctx, { license: row, asked: [id], refusal: () => notFound('license') });
      requireVersion(ctx.ifMatch, row.version);
      return {
        result: {},
        audit: {
          action: 'license.deleted',
          subject: `license:${id}`,
          customerId: row.customer_id,
          details: {
            name: licenseName(row.product, row.order_number),
            ...givenFields(recordedLicense(licenseOf(row), row.product)),
          },
        },
      };
    });
  await unlessInUse(work, 'Archive it instead.', () =>
    keysPointing(ctx, sql<SqlBool>`(k.license_id = ${id} and ${keyOwn(ctx.scope)})`),
  );
}
