import type { WriteDb } from '../../db/open.ts';
import { type AttributeValues, foldRecord } from '../folded.ts';

/** What of a key is folded, and which of it `q` finds (K8). */
type KeyTexts = {
  code: string;
  serial_number: string;
  remarks: string;
  terms_of_use: string;
  user_names: string;
  attributes: string;
};

const searched = ['code', 'serialNumber', 'remarks', 'userName'];

/** The folded columns of a key, made of all its texts. */
export function foldedKey(key: KeyTexts): { folded: string; search_f: string } {
  return foldRecord(
    {
      code: key.code,
      serialNumber: key.serial_number,
      remarks: key.remarks,
      termsOfUse: key.terms_of_use,
      userName: key.user_names,
    },
    searched,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    JSON.parse(key.attributes) as AttributeValues,
  );
}

/** Brings the key's user names and folded columns up to date after an assignment with a user came or went. */
export async function refreshUserNames(tx: WriteDb, keyId: string): Promise<void> {
  const rows = await tx
    .selectFrom('assignment')
    .select(['user_name', 'user_f'])
    .where('key_id', '=', keyId)
    .where('removed_at', 'is', null)
    .where('user_name', '<>', '')
    .orderBy('user_f')
    .execute();
  const names = new Map(rows.map((row) => [row.user_f, row.user_name]));
  const key = await tx
    .selectFrom('key')
    .select(['code', 'serial_number', 'remarks', 'terms_of_use', 'attributes'])
    .where('id', '=', keyId)
    .executeTakeFirst();
  if (!key) return;
  const user_names = [...names.values()].join(', ');
  await tx
    .updateTable('key')
    .set({ user_names, ...foldedKey({ ...key, user_names }) })
    .where('id', '=', keyId)
    .execute();
}
