import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateSettings as contract } from '../../contract/settings.ts';
import { changeIfAny } from '../change-if-any.ts';
import { changesBetween } from '../changes-between.ts';
import { type Ctx, requireVersion } from '../context.ts';
import { requireAllCustomers } from '../people/all-customers.ts';

/**
 * Changes the settings of the organisation. With the time zone, today and the moment a key expires may change: both
 * zones are recorded. Refused: an actor limited to certain customers, a stale version.
 */
export async function updateSettings(ctx: Ctx, { body }: { body: BodyOf<typeof contract> }): Promise<object> {
  requireAllCustomers(ctx.actor);
  return changeIfAny(ctx, async (tx) => {
    const row = await tx
      .updateTable('settings')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .returningAll()
      .executeTakeFirstOrThrow();
    requireVersion(ctx.ifMatch, row.version - 1);
    const before = {
      organisation: row.organisation,
      timeZone: row.time_zone,
      locale: row.locale,
      masterKeyConfirmed: row.master_key_confirmed === 1,
    };
    const after = {
      organisation: body.organisation ?? before.organisation,
      timeZone: body.timeZone ?? before.timeZone,
      locale: body.locale ?? before.locale,
      masterKeyConfirmed: body.masterKeyConfirmed ?? before.masterKeyConfirmed,
    };
    const changes = changesBetween(before, after);
    if (Object.keys(changes).length === 0) return { result: {}, audit: [] };
    await tx
      .updateTable('settings')
      .set({
        organisation: after.organisation,
        time_zone: after.timeZone,
        locale: after.locale,
        master_key_confirmed: after.masterKeyConfirmed ? 1 : 0,
      })
      .execute();
    return { result: {}, audit: [{ action: 'settings.updated', subject: 'settings:1', details: { changes } }] };
  });
}
