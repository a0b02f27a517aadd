import { z } from 'zod';
import { deliveries, longestLicenseFile } from '../domain/deliveries.ts';
import { keyStatuses, keyTypes } from '../domain/key-rules.ts';
import { keyFields } from '../domain/records/key.ts';
import { assignment, assignmentBrief } from './assignments.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import {
  attributeOutput,
  attributeValues,
  batchIds,
  day,
  id,
  moment,
  name,
  reason,
  reference,
  remarksText,
  text,
  version,
  warnings,
} from './values.ts';

const keyType = z
  .enum(keyTypes)
  .describe('Permanent never ends; Subscription, Trial and Time-Limited need a validity end');
const seats = z.int().min(1).max(1_000_000).describe('How many assignments the key allows');
const licenseKeyText = z.string().describe('The activation key as the publisher wrote it. It cannot be changed later.');

const base64Length = Math.ceil(longestLicenseFile / 3) * 4;

/** What a key is delivered as (K18): a license key, a license file, or neither, by account. */
export const contentFields = {
  delivery: z
    .enum(deliveries)
    .optional()
    .describe('How the right is delivered: a license key unless said, or a license file where one is given'),
  licenseKey: licenseKeyText.optional(),
  licenseFile: z
    .strictObject({
      name: z.string().max(1000).optional().describe('What the file is called; none for a block of lines'),
      content: z.base64().max(base64Length).describe('Its bytes, at most 256 KiB'),
    })
    .nullish()
    .describe('The license file. It cannot be changed later.'),
  allowSimilarTo: id.optional().describe('The key this one is not, though it is spelled alike (administrators)'),
};

const editable = {
  productId: id.optional().describe('The software product this key unlocks'),
  productName: name().optional().describe('Found by its folded name, else created'),
  keyType: keyType.optional(),
  validityStart: day.nullish().describe('The day the license becomes active, inclusive'),
  validityEnd: day.nullish().describe("The last valid day, in the organization's time zone"),
  seats: seats.optional(),
  ...plainInput(keyFields),
  licenseId: id.nullish().describe('The license that is valid for this key'),
  customerId: id.optional().describe('The owner; the organization itself (house) where none is named'),
  attributes: attributeValues.optional().describe('Dynamic features, as defined for keys'),
};

const createFields = {
  ...editable,
  keyType,
  ...contentFields,
  userName: text().nullish().describe('The single user this key is for: makes that assignment'),
};

export const createKeyBody = z.strictObject(createFields);

/** A key as everybody sees it: never its text. */
export const key = z
  .object({
    id,
    maskedKey: z
      .string()
      .describe(
        'The shape of a license key with its last characters; name and end of the digest (SHA-256) of a license file; empty by account',
      ),
    delivery: z.enum(deliveries),
    licenseFile: z.object({ name: z.string().nullable(), size: z.int().describe('Bytes') }).nullable(),
    product: z.object({ id, name: z.string(), code: z.string().nullable() }),
    keyType,
    status: z.enum(keyStatuses),
    inUse: z.boolean().describe('At least one seat is taken'),
    notYetValid: z.boolean(),
    validityStart: day.nullable(),
    validityEnd: day.nullable(),
    seats,
    seatsTaken: z.int(),
    ...plainOutput(keyFields),
    userName: z.string().nullable().describe('The user or users it is assigned to'),
    licenseId: id.nullable(),
    license: reference.nullable(),
    customerId: id.nullable(),
    customer: reference.nullable(),
    elsewhere: z
      .boolean()
      .describe(
        "It is of a customer outside the reader's, and seen only because it is with a unit or a person of theirs: owner, license, other holders and what stands below the validity are not told",
      ),
    inherited: z
      .array(z.enum(['purchaseDate', 'termsOfUse']))
      .describe('Which of the two the key has from its license, while it says nothing of its own'),
    attributes: attributeOutput,
    assignments: z.array(assignmentBrief).describe('The first five active ones'),
    replaces: id.nullable(),
    replacedBy: id.nullable(),
    revokedAt: moment.nullable(),
    createdAt: moment.nullable(),
    version,
    warnings,
  })
  .meta({ id: 'Key' });

export const keyList: ListSpec = {
  defaultSort: '-createdAt',
  attributes: 'key',
  fields: {
    maskedKey: {
      kind: 'text',
      says: 'The visible last characters of the license key, or of the digest of a license file.',
    },
    delivery: { kind: 'enum', values: deliveries, says: 'How the right is delivered.' },
    product: { kind: 'text', says: 'The name of the product.' },
    productId: { kind: 'id', says: 'The product.' },
    keyType: { kind: 'enum', values: keyTypes, says: 'The key type.' },
    status: { kind: 'enum', values: keyStatuses, says: 'The status today.' },
    inUse: { kind: 'boolean', says: 'Whether a seat is taken.' },
    notYetValid: { kind: 'boolean', says: 'Whether the validity starts after today.' },
    validityStart: { kind: 'day', says: 'The first valid day.' },
    validityEnd: { kind: 'day', says: 'The last valid day.' },
    validityEndMonth: { kind: 'month', says: 'The month of the last valid day.' },
    seats: { kind: 'int', says: 'Seats.' },
    seatsTaken: { kind: 'int', says: 'Seats taken.' },
    ...plainListFields(keyFields),
    userName: { kind: 'text', says: 'A user it is assigned to.' },
    equipmentId: { kind: 'id', says: 'A unit it is on.' },
    licenseId: { kind: 'id', says: 'The associated license.' },
    customerId: { kind: 'id', says: 'The customer that owns it.' },
    customer: { kind: 'text', says: 'The name of the customer that owns it.' },
    createdAt: { kind: 'moment', says: 'When it was added.' },
  },
  extra: {
    expiringWithin: z.coerce
      .number()
      .int()
      .min(0)
      .max(3650)
      .describe('Keys that end within so many days from today, revoked ones left out'),
    ids: text({ max: 8000 }).describe('Only these keys, by comma'),
  },
};

const endpoint = endpointsOf('Software keys');
const batch = z.string().describe('What the audit entries of this action have in common');
const renewal = { validityEnd: day.optional(), extendBy: z.string().optional(), reference: text().optional() };
const dryRun = z.strictObject({ dryRun: z.enum(['true', 'false']).optional() });

export const listKeys = endpoint({
  at: 'GET /keys',
  summary: 'List, search and group keys',
  permission: 'keys.read',
  list: keyList,
  output: listOutput(key),
});

export const createKey = endpoint({
  at: 'POST /keys',
  summary: 'Add a key',
  permission: 'keys.create',
  status: 201,
  body: createKeyBody,
  bodyLimit: bodyLimits.licenseFile,
  output: key,
  replay: 'rebuild',
  errors: ['license_key_taken', 'not_found'],
});

export const createKeys = endpoint({
  at: 'POST /keys/batch',
  summary: 'Add many keys, all or none',
  permission: 'keys.create',
  status: 201,
  query: dryRun,
  body: z.strictObject({ keys: z.array(createKeyBody).min(1).max(1000) }),
  bodyLimit: bodyLimits.batch,
  output: z.object({ batch, items: z.array(key), warnings, dryRun: z.boolean() }),
  replay: 'rebuild',
  costs: 'write',
  errors: ['license_key_taken', 'not_found'],
});

export const getKey = endpoint({
  at: 'GET /keys/{id}',
  summary: 'One key',
  permission: 'keys.read',
  output: key,
});

export const updateKey = endpoint({
  at: 'PATCH /keys/{id}',
  summary: 'Change a key; its license key stays',
  permission: 'keys.update',
  body: z.strictObject(editable),
  bodyLimit: bodyLimits.record,
  output: key,
  ifMatch: 'required',
  errors: ['seats_below_taken'],
});

export const deleteKey = endpoint({
  at: 'DELETE /keys/{id}',
  summary: 'Delete a key without assignments, and the readable content of its audit entries',
  permission: 'keys.delete',
  ifMatch: 'required',
  errors: ['key_assigned'],
});

export const lookupKeys = endpoint({
  at: 'POST /keys/lookup',
  summary: 'Find the record that has a license key, in any spelling that is the same key',
  permission: 'keys.lookup',
  body: z.strictObject({ licenseKey: licenseKeyText }),
  output: z.object({ items: z.array(key) }),
  replay: 'never',
});

export const deepSearchKeys = endpoint({
  at: 'POST /keys/deep-search',
  summary: 'Find license keys by any part of their text; recorded with the reason. License files are not looked into',
  permission: 'keys.deepSearch',
  body: z.strictObject({ contains: z.string().min(3).max(512), reason }),
  output: z.object({
    items: z.array(key),
    more: z.boolean().describe('Whether further keys match'),
    unreadable: z.int().describe('License keys whose stored text cannot be opened, and so was not searched'),
  }),
  replay: 'never',
  costs: 'read',
});

export const revealKey = endpoint({
  at: 'POST /keys/{id}/reveal',
  summary: 'The text or the file of a key; recorded before it is answered',
  permission: 'keys.reveal',
  output: z.union([
    z.object({ licenseKey: z.string() }),
    z.object({ licenseFile: z.object({ name: z.string().nullable(), content: z.base64() }) }),
  ]),
  replay: 'never',
  errors: ['key_unreadable', 'nothing_to_reveal'],
});

export const applyKey = endpoint({
  at: 'POST /keys/{id}/assignments',
  summary: 'Apply a key to a unit, a user, or both',
  permission: 'assignments.apply',
  status: 201,
  body: z.strictObject({
    equipmentId: id.optional(),
    userName: text().nullish().describe('Who uses the key: instead of a unit, or beside it'),
    customerId: id.optional().describe("Whose person that is, where there is no unit; the key's customer unless said"),
    appliedOn: day.optional().describe('Today unless said; may be past, not future'),
    remarks: remarksText.nullish().describe('Notes about the installation'),
  }),
  bodyLimit: bodyLimits.record,
  output: assignment,
  ifMatch: 'honoured',
  replay: 'rebuild',
  errors: [
    'seat_taken',
    'key_expired',
    'key_revoked',
    'key_not_yet_valid',
    'already_on_equipment',
    'equipment_out_of_service',
    'applied_before_removal',
  ],
});

export const renewKey = endpoint({
  at: 'POST /keys/{id}/renewal',
  summary: 'Give a key a later end',
  permission: 'keys.renew',
  body: z.strictObject(renewal),
  output: key,
  ifMatch: 'honoured',
  replay: 'rebuild',
  errors: ['renewal_not_later', 'key_permanent', 'key_revoked'],
});

export const renewKeys = endpoint({
  at: 'POST /renewals',
  summary: 'Give many keys a later end, all or none',
  permission: 'keys.renew',
  body: z.strictObject({ keyIds: batchIds, ...renewal }),
  bodyLimit: bodyLimits.batch,
  output: z.object({ batch, items: z.array(key) }),
  replay: 'rebuild',
  costs: 'write',
  errors: ['not_found', 'renewal_not_later', 'key_permanent', 'key_revoked'],
});

export const listRenewals = endpoint({
  at: 'GET /keys/{id}/renewals',
  summary: 'The renewals of a key, newest first',
  permission: 'keys.read',
  output: z.object({
    items: z.array(
      z.object({
        id,
        oldEnd: day,
        newEnd: day,
        reference: z.string().nullable(),
        renewedAt: moment,
        renewedBy: reference,
      }),
    ),
  }),
});

export const revokeKey = endpoint({
  at: 'POST /keys/{id}/revocation',
  summary: 'Take a key out of use for good',
  permission: 'keys.revoke',
  body: z.strictObject({ reason, removeAssignments: z.boolean().optional() }),
  output: key,
  ifMatch: 'honoured',
  replay: 'rebuild',
  errors: ['key_assigned', 'key_revoked'],
});

export const revokeKeys = endpoint({
  at: 'POST /revocations',
  summary: 'Take many keys out of use, all or none',
  permission: 'keys.revoke',
  body: z.strictObject({ keyIds: batchIds, reason, removeAssignments: z.boolean().optional() }),
  bodyLimit: bodyLimits.batch,
  output: z.object({ batch, items: z.array(key) }),
  replay: 'rebuild',
  costs: 'write',
  errors: ['not_found', 'key_assigned', 'key_revoked'],
});

export const reinstateKey = endpoint({
  at: 'POST /keys/{id}/reinstatement',
  summary: 'Bring a revoked key back',
  permission: 'keys.reinstate',
  body: z.strictObject({ reason }),
  output: key,
  ifMatch: 'honoured',
  replay: 'rebuild',
  errors: ['key_not_revoked'],
});

export const replaceKey = endpoint({
  at: 'POST /keys/{id}/replacement',
  summary: 'Revoke a key and put a new one in its place, with its data and assignments',
  permission: 'keys.replace',
  status: 201,
  body: z.strictObject({ ...contentFields, reason }),
  bodyLimit: bodyLimits.licenseFile,
  output: key,
  ifMatch: 'honoured',
  replay: 'rebuild',
  errors: ['license_key_taken', 'key_revoked'],
});
