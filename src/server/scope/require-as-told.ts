import { reading, type WriteDb } from '../../db/open.ts';
import type { AppError } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import {
  type Owned,
  type OwnedKey,
  type OwnedTable,
  type Unit,
  untoldOwners,
  untoldRecords,
} from '../audit/records-told.ts';
import type { Ctx } from '../context.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';

/** Ids of what a change itself has made or changed: only of those the log tells nothing yet. */
export type MadeHere = ReadonlySet<string>;

type Claimed = {
  key?: OwnedKey | undefined;
  equipment?: readonly Unit[] | Unit | undefined;
  license?: Owned | undefined;
  /** The ids that were asked for: somebody may have another row answered, which is genuine. */
  asked: readonly (string | undefined)[];
  /** What is answered to somebody of some customers: the same as where it is not theirs. */
  refusal: (table: OwnedTable) => AppError;
};

/**
 * Refuses everybody, those of all customers too, a key, unit or license that is not as the log tells, or of which it tells
 * nothing: whose it is, whether a key is out of use, and by what name, serial number or asset tag a unit is found. Whoever writes the database can write that into
 * a row or make one up, and an entry about it would make it true. That it is the actor's is judged by what was read, too: a
 * query by which it was found answers whatever somebody put in a table's place. Asked once for a key and the unit it comes
 * onto, or for many units.
 */
export async function requireAsTold(
  tx: WriteDb,
  { app, scope }: Ctx,
  { key, equipment, license, asked, refusal }: Claimed,
  made: MadeHere = new Set(),
): Promise<void> {
  const keys = key ? [key] : [];
  const units = [equipment ?? []].flat();
  const licenses = license ? [license] : [];
  const isNew = ({ id }: Owned) => !made.has(id);
  const isElsewhere = ({ id, customer_id }: Owned) => !asked.includes(id) || !inScope(scope, customer_id);
  const log = { db: reading(tx), app };
  const untold = await untoldRecords(log, { key: keys.filter(isNew), equipment: units.filter(isNew) });
  const untoldLicenses = await untoldOwners(log, 'license', licenses.filter(isNew));
  const [subject] = [
    ...untold,
    ...[...untoldLicenses].map((id) => `license:${id}`),
    ...keys.filter(isElsewhere).map(({ id }) => `key:${id}`),
    ...units.filter(isElsewhere).map(({ id }) => `equipment:${id}`),
    ...licenses.filter(isElsewhere).map(({ id }) => `license:${id}`),
  ];
  if (subject === undefined) return;
  const at = subject.indexOf(':');
  // As it was spelled above.
  const table = subject.slice(0, at) as OwnedTable;
  const id = subject.slice(at + 1);
  throw new BrokenSeal({ table, id, what: 'unlogged' }, scope === 'all' ? recordTampered() : refusal(table));
}
