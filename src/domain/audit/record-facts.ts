import { customerFields } from '../records/customer.ts';
import { equipmentFields } from '../records/equipment.ts';
import { keyFields } from '../records/key.ts';
import { licenseFields } from '../records/license.ts';
import type { PlainFields } from '../records/plain-field.ts';
import { productFields } from '../records/product.ts';

/**
 * How a column reads as a fact: as it is, '' being none; 0 or 1 as false or true; a JSON list; the customers of a person
 * or token, none being all there are to have; a last day, none being without end; the values of attributes, each under
 * `attributes.NAME`; a keyed digest in the place of a secret; or only whether there is anything.
 */
type Reading = 'value' | 'flag' | 'list' | 'customers' | 'end' | 'attributes' | 'digest' | 'given';

/** A column whose value entries tell under that name. */
export type Fact = { readonly fact: string; readonly reads: Reading };
/** A column of a record that entries do not tell, and why they need not. */
export type Untold = { readonly untold: string };
export type Column = Fact | Untold;

const fact = (name: string, reads: Reading = 'value'): Fact => ({ fact: name, reads });

const id = fact('id');
const createdAt = fact('createdAt');
/** The closed list of what is told of no record. What is worked out is worked out again of what is told. */
const folded: Untold = { untold: 'folded from other columns, to search, sort and be unique by' };
const version: Untold = { untold: 'counts the changes, for If-Match' };
const sealing: Untold = { untold: 'proves the columns it covers' };
const ofText: Untold = { untold: 'worked out of the license key, which its digest stands for' };
const lastUsed: Untold = { untold: 'when it was last used' };
const worked = (from: string): Untold => ({ untold: `worked out of ${from}` });

const search = { folded, search_f: folded } as const;

/** The plain fields of a record by their columns. */
function plain<Fields extends PlainFields>(
  fields: Fields,
): { readonly [Name in Fields[keyof Fields]['column']]: Fact } {
  const columns = Object.entries(fields).map(([name, { column }]) => [column, fact(name)]);
  // One fact a column, as the type says.
  return Object.fromEntries(columns) as { [Name in Fields[keyof Fields]['column']]: Fact };
}

const customer = {
  id,
  name: fact('name'),
  name_f: folded,
  ...plain(customerFields),
  archived: fact('archived', 'flag'),
  ...search,
  version,
  created_at: createdAt,
} as const;

const product = {
  id,
  name: fact('name'),
  name_f: folded,
  ...plain(productFields),
  archived: fact('archived', 'flag'),
  ...search,
  version,
  created_at: createdAt,
} as const;

const license = {
  id,
  product_id: fact('productId'),
  customer_id: fact('customerId'),
  quantity: fact('quantity'),
  cost: fact('cost'),
  ...plain(licenseFields),
  archived: fact('archived', 'flag'),
  attributes: fact('attributes', 'attributes'),
  ...search,
  fingerprint: fact('fingerprint'),
  version,
  created_at: createdAt,
} as const;

const key = {
  id,
  product_id: fact('productId'),
  customer_id: fact('customerId'),
  license_id: fact('licenseId'),
  key_type: fact('keyType'),
  validity_start: fact('validityStart'),
  validity_end: fact('validityEnd', 'end'),
  seats: fact('seats'),
  seats_taken: worked('its active assignments'),
  revoked_at: fact('revokedAt'),
  hold: worked('seats and revocation, by the database'),
  ...plain(keyFields),
  attributes: fact('attributes', 'attributes'),
  ...search,
  tail: ofText,
  tail_f: ofText,
  mask: ofText,
  cipher: fact('textDigest', 'digest'),
  hx: ofText,
  hl: ofText,
  loose_disc: fact('spelledAlike', 'given'),
  replaces_id: fact('replaces'),
  replaced_by_id: fact('replacedBy'),
  expiry_recorded_end: { untold: 'the end for which the expiry job has made its entry' },
  version,
  created_at: createdAt,
} as const;

const equipment = {
  id,
  name: fact('name'),
  name_f: folded,
  serial_f: folded,
  asset_tag_f: folded,
  ...plain(equipmentFields),
  customer_id: fact('customerId'),
  status: fact('status'),
  attributes: fact('attributes', 'attributes'),
  ...search,
  version,
  created_at: createdAt,
} as const;

const assignment = {
  id,
  key_id: fact('keyId'),
  seat: fact('seat'),
  equipment_id: fact('equipmentId'),
  customer_id: fact('customerId'),
  user_name: fact('userName'),
  user_f: folded,
  applied_on: fact('appliedOn'),
  applied_at: fact('appliedAt'),
  applied_by: fact('appliedBy'),
  remarks: fact('remarks'),
  remarks_f: folded,
  removed_on: fact('removedOn'),
  removed_at: fact('removedAt'),
  removed_by: fact('removedBy'),
  version,
} as const;

const renewal = {
  id,
  key_id: fact('keyId'),
  old_end: fact('oldEnd'),
  new_end: fact('newEnd'),
  reference: fact('reference'),
  renewed_at: fact('renewedAt'),
  renewed_by: fact('renewedBy'),
} as const;

const attribute = {
  id,
  record_type: fact('recordType'),
  name: fact('name'),
  kind: fact('kind'),
  label_en: fact('labelEn'),
  label_de: fact('labelDe'),
  required: fact('required', 'flag'),
  mask: fact('mask'),
  choices: fact('choices', 'list'),
  archived: fact('archived', 'flag'),
  version,
  created_at: createdAt,
} as const;

const view = {
  id,
  owner_id: fact('ownerId'),
  list: fact('list'),
  name: fact('name'),
  name_f: folded,
  query: fact('query'),
  shared: fact('shared', 'flag'),
  version,
} as const;

const user = {
  id,
  kind: fact('kind'),
  name: fact('name'),
  email: fact('email'),
  email_f: folded,
  password_hash: fact('passwordDigest', 'digest'),
  role: fact('role'),
  scope: fact('customerIds', 'customers'),
  locale: fact('locale'),
  disabled_at: fact('disabledAt'),
  search_f: folded,
  version,
  created_at: createdAt,
  enrolled_at: fact('enrolledAt'),
  factors: worked('second factor, recovery codes and identities'),
  seal: sealing,
  sealed_idx: sealing,
} as const;

/** One that no code has proved yet opens nothing, and is no record. */
const secondFactor = {
  user_id: fact('userId'),
  secret: fact('secretDigest', 'digest'),
  confirmed_at: fact('enrolledAt'),
  last_step: lastUsed,
} as const;

const recoveryCode = { user_id: fact('userId'), code_mac: fact('codeDigest', 'digest') } as const;

const identity = {
  id,
  issuer: fact('issuer'),
  subject: fact('subject'),
  user_id: fact('userId'),
  created_at: createdAt,
} as const;

const token = {
  id,
  token_mac: fact('tokenDigest', 'digest'),
  name: fact('name'),
  user_id: fact('ownerId'),
  role: fact('role'),
  scope: fact('customerIds', 'customers'),
  expires_on: fact('expiresOn'),
  last_used_on: lastUsed,
  revoked_at: fact('revokedAt'),
  created_at: createdAt,
  seal: sealing,
  sealed_idx: sealing,
} as const;

const settings = {
  id,
  organisation: fact('organisation'),
  time_zone: fact('timeZone'),
  locale: fact('locale'),
  house_id: fact('houseId'),
  master_key_confirmed: fact('masterKeyConfirmed', 'flag'),
  technicians_manage_keys: fact('techniciansManageKeys', 'flag'),
  second_factor_required: fact('secondFactorRequired', 'flag'),
  version,
  seal: sealing,
  sealed_idx: sealing,
} as const;

/**
 * The tables whose rows are records, column by column: by what name entries of the log tell it, or why they need not.
 * Whoever adds a column says so here; the suite folds the log and compares it with every row.
 */
export const recordTables = {
  settings,
  customer,
  product,
  license,
  key,
  equipment,
  assignment,
  renewal,
  attribute,
  saved_view: view,
  user,
  second_factor: secondFactor,
  recovery_code: recoveryCode,
  identity,
  token,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Column>>>>;

export type RecordTable = keyof typeof recordTables;

/** The fact by which a record is known, where it has no id. */
export const knownBy: { readonly [Table in RecordTable]?: string } = {
  second_factor: 'userId',
  recovery_code: 'codeDigest',
};

/** Tables whose rows are records only once that column holds something. */
export const begunBy = { second_factor: 'confirmed_at' } as const;

const ofAJob = 'what a job did, of which its own entry tells';
const ofTheLog = 'the log itself';

/** All other tables: what they hold is no record, and why. */
export const untoldTables = {
  session: 'who is signed in: entries tell when each began and ended',
  setup_token: 'opens the setup, once',
  throttle: 'failed attempts, as bookkeeping of the throttle',
  idempotency: 'answers of requests, should they be repeated',
  refused_attempt: 'refusals that are counted before they are told',
  limited_use: 'how often somebody did what is limited',
  unstated: 'records of version 0.1.0 whose facts have yet to be stated',
  expiry_run: ofAJob,
  consistency_check: ofAJob,
  import: ofAJob,
  import_mapping: 'how columns were mapped the last time, as a proposal',
  wrapped_key: 'the secrets that open the rest',
  log_identity: ofTheLog,
  audit_head: ofTheLog,
  audit_entry: ofTheLog,
  audit_payload: ofTheLog,
  audit_erasure: ofTheLog,
  audit_checkpoint: ofTheLog,
  audit_tile: ofTheLog,
} as const satisfies Readonly<Record<string, string>>;
