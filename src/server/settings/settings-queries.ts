import type { OutputOf } from '../../contract/endpoint.ts';
import type { getSettings } from '../../contract/settings.ts';
import type { ReadCtx } from '../context.ts';

/** The organisation and its settings, as they are now. */
export async function readOrganisation({ db }: ReadCtx): Promise<OutputOf<typeof getSettings>> {
  const row = await db.selectFrom('settings').selectAll().executeTakeFirstOrThrow();
  return {
    organisation: row.organisation,
    timeZone: row.time_zone,
    locale: row.locale,
    houseId: row.house_id,
    masterKeyConfirmed: row.master_key_confirmed === 1,
    techniciansManageKeys: row.technicians_manage_keys === 1,
    secondFactorRequired: row.second_factor_required === 1,
    version: row.version,
  };
}
