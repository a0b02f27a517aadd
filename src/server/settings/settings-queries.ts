import type { OutputOf } from '../../contract/endpoint.ts';
import type { getSettings } from '../../contract/settings.ts';
import type { ReadCtx } from '../context.ts';
import type { RowOf } from '../seals/sealed-columns.ts';

/** What people decide of it, in the words of the API. */
export function settingsOf(row: RowOf<'settings'>) {
  return {
    organisation: row.organisation,
    timeZone: row.time_zone,
    locale: row.locale,
    masterKeyConfirmed: row.master_key_confirmed === 1,
    techniciansManageKeys: row.technicians_manage_keys === 1,
    secondFactorRequired: row.second_factor_required === 1,
  };
}

/** The organisation and its settings, as they are now. */
export async function readOrganisation({ db }: ReadCtx): Promise<OutputOf<typeof getSettings>> {
  const row = await db.selectFrom('settings').selectAll().executeTakeFirstOrThrow();
  return { ...settingsOf(row), houseId: row.house_id, version: row.version };
}
