import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateSettings as contract } from '../../contract/settings.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type AuditDraft, type Ctx, requireVersion } from '../context.ts';
import { customerColumns, customerOf, withUniqueName } from '../customers/customer-record.ts';
import { requireNameAsTold } from '../customers/find-by-name.ts';
import { changesBetween } from '../records/changes-between.ts';
import { type ChangeTx, openSealed, setSealed } from '../seals/change-sealed.ts';
import { settingsTampered } from '../seals/seal.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { settingsOf } from './settings-queries.ts';

type Body = BodyOf<typeof contract>;
type SettingsRow = RowOf<'settings'>;

/**
 * Changes the settings of the organisation. With the time zone, today and the moment a key expires may change: both
 * zones are recorded. With its name goes that of the house customer, which is the organisation itself, unless that was
 * given a name of its own. Refused: a name another customer has, a stale version.
 */
export async function updateSettings(ctx: Ctx, { body }: { body: Body }): Promise<object> {
  const work = () => changeIfAny(ctx, (tx) => change(tx, ctx, body));
  return withUniqueName(ctx, body.organisation, work, '/organisation');
}

async function change(tx: ChangeTx, ctx: Ctx, body: Body) {
  const row = await openSealed(tx, ctx.app, 'settings', 1, settingsTampered);
  if (!row) throw new Error('there are settings once somebody is signed in');
  requireVersion(ctx.ifMatch, row.version);
  const before = settingsOf(row);
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const after = { ...before, ...given };
  const changes = changesBetween(before, after);
  if (Object.keys(changes).length === 0) return { result: {}, audit: [] };
  await setSealed(tx, 'settings', row, { ...columnsOf(after), version: row.version + 1 });
  const renamed = changes.organisation ? await renameHouse(tx, ctx, row, after.organisation) : [];
  const updated: AuditDraft = { action: 'settings.updated', subject: 'settings:1', details: { changes } };
  return { result: {}, audit: [updated, ...renamed], owesFactor: changes.secondFactorRequired?.new === true };
}

function columnsOf(settings: ReturnType<typeof settingsOf>) {
  const flag = (value: boolean) => (value ? (1 as const) : (0 as const));
  return {
    organisation: settings.organisation,
    time_zone: settings.timeZone,
    locale: settings.locale,
    master_key_confirmed: flag(settings.masterKeyConfirmed),
    technicians_manage_keys: flag(settings.techniciansManageKeys),
    second_factor_required: flag(settings.secondFactorRequired),
  };
}

async function renameHouse(
  tx: ChangeTx,
  { app }: Ctx,
  { organisation, house_id }: SettingsRow,
  name: string,
): Promise<AuditDraft[]> {
  const row = await tx
    .updateTable('customer')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', house_id)
    .where('name', '=', organisation)
    .returningAll()
    .executeTakeFirst();
  if (!row) return [];
  await requireNameAsTold(tx, app, row);
  const [before, after] = [customerOf(row), { ...customerOf(row), name }];
  await tx.updateTable('customer').set(customerColumns(after)).where('id', '=', house_id).execute();
  const details = { name, changes: changesBetween(before, after) };
  return [{ action: 'customer.updated', subject: `customer:${house_id}`, customerId: house_id, details }];
}
