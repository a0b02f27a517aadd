import { type AttributeValues, foldRecord } from '../records/folded.ts';

/** What of a key is folded, and which of it `q` finds (K8); its product and users are found where they stand. */
type KeyTexts = {
  code: string;
  serial_number: string;
  remarks: string;
  terms_of_use: string;
  attributes: string;
};

const searched = ['code', 'serialNumber', 'remarks'];

/** The folded columns of a key, made of all its texts. */
export function foldedKey(key: KeyTexts): { folded: string; search_f: string } {
  return foldRecord(
    {
      code: key.code,
      serialNumber: key.serial_number,
      remarks: key.remarks,
      termsOfUse: key.terms_of_use,
    },
    searched,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    JSON.parse(key.attributes) as AttributeValues,
  );
}
