import type { BodyInputOf } from '../../contract/endpoint.ts';
import type { createKey, updateKey } from '../../contract/keys.ts';
import { type KeyFacts, type KeyType, proposeValidity } from '../../domain/key-rules.ts';
import { keyFields } from '../../domain/records/key.ts';
import { eachField } from '../../domain/records/plain-field.ts';
import { gatherAttributes, spreadAttributes } from '../form/attribute-values.ts';
import type { Values } from '../form/use-record-form.ts';
import type { Key } from './key-kind.tsx';
import { contentOf } from './license-file.ts';

/** The facts of a key as the rules read them. */
export function factsOf(key: Key): KeyFacts {
  const { validityStart, validityEnd, seats, seatsTaken } = key;
  return { revoked: key.revokedAt !== null, validityStart, validityEnd, seats, seatsTaken };
}

/** What of a key its form edits. What its license gives it is not its own: that field is empty. */
export function valuesOf(key: Key): Values {
  const inherited: string[] = key.inherited;
  return {
    productId: key.product.id,
    keyType: key.keyType,
    validityStart: key.validityStart,
    validityEnd: key.validityEnd,
    seats: key.seats,
    ...eachField(keyFields, (name) => (inherited.includes(name) ? null : key[name])),
    licenseId: key.licenseId,
    customerId: key.customerId,
    ...spreadAttributes(key.attributes),
  };
}

/** All fields of a new key, as the API takes them; what is empty is left out. */
export function createBodyOf(values: Values): BodyInputOf<typeof createKey> {
  const { delivery, licenseKey, licenseFile, ...others } = values;
  const filled = Object.entries(others).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const content = contentOf({ delivery, licenseKey, licenseFile });
  // The server judges every field and says what is wrong at which.
  return { ...gatherAttributes(Object.fromEntries(filled)), ...content } as BodyInputOf<typeof createKey>;
}

/** The changed fields of a key, as the API takes them. */
export function updateBodyOf(changed: Values): BodyInputOf<typeof updateKey> {
  const { productId, ...rest } = gatherAttributes(changed);
  // A product made by its name takes the place of the one before.
  const product = rest.productName ? {} : productId === undefined ? {} : { productId };
  // The server judges every field and says what is wrong at which.
  return { ...rest, ...product } as BodyInputOf<typeof updateKey>;
}

/** The dates that follow from a change of type, purchase date or start; dates somebody wrote stay. */
export function proposedDates(
  values: Values,
  field: string,
  written: ReadonlySet<string>,
  today: string,
): { validityStart?: string | null; validityEnd?: string | null } {
  if (!['keyType', 'purchaseDate', 'validityStart'].includes(field) || !values.keyType) return {};
  // The field offers these types and no others.
  const keyType = values.keyType as KeyType;
  const from = written.has('validityStart') ? values.validityStart : values.purchaseDate;
  const { validityStart, validityEnd } = proposeValidity(keyType, {
    purchaseDate: typeof from === 'string' && from !== '' ? from : null,
    today,
  });
  if (keyType === 'permanent') return { validityStart, validityEnd };
  return {
    ...(!written.has('validityStart') && { validityStart }),
    ...(!written.has('validityEnd') && { validityEnd }),
  };
}
