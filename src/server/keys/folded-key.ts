import { keyFields } from '../../domain/records/key.ts';
import type { ColumnsOf } from '../../domain/records/plain-field.ts';
import { writtenOf } from '../../domain/records/plain-field.ts';
import type { AttributeValues, FoldedColumns } from '../records/folded.ts';
import { foldPlain } from '../records/plain-sql.ts';

/** The folded columns of a key, made of all its texts (K8), with the name of its file; its product and users are found where they stand. */
export function foldedKey({
  file_name: fileName,
  ...key
}: ColumnsOf<typeof keyFields> & { attributes: string; file_name: string }): FoldedColumns {
  // Written by judgeAttributes, so its values are texts, numbers and booleans.
  const attributes = JSON.parse(key.attributes) as AttributeValues;
  return foldPlain(keyFields, writtenOf(keyFields, key), { names: { fileName }, attributes });
}
