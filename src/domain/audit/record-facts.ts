import { customerFields } from '../records/customer.ts';
import { equipmentFields } from '../records/equipment.ts';
import { keyFields } from '../records/key.ts';
import { licenseFields } from '../records/license.ts';
import type { PlainFields } from '../records/plain-field.ts';
import { productFields } from '../records/product.ts';

/**
 * How a column reads as a fact: as it is, '' being none; bytes, 0 being none; how a key is delivered, none being as a license key; 0 or 1 as false or true; a JSON list; the customers of a person
 * or token, none being all there are to have; a last day, none being without end; the values of attributes, each under
 * `attributes.NAME`; a keyed digest in the place of a secret; or only whether there is anything.
 */
type Reading =
  | 'value'
  | 'size'
  | 'delivery'
  | 'flag'
  | 'list'
  | 'customers'
  | 'end'
  | 'attributes'
  | 'digest'
  | 'given';

/** A column whose value entries tell under that name. */
export type Fact = { readonly fact: string; readonly reads: Reading };
/** A column of a record that entries do not tell, and why they need not. */
export type Untold = { readonly untold: string };
export type Column = Fact | Untold;

const fact = (name: string, reads: Reading = 'value'): Fact => ({ fact: name, reads });

/** Columns that entries tell as they are and call as the API does: `product_id` is productId. */
function told<const Names extends string[]>(...columns: Names): { readonly [Name in Names[number]]: Fact } {
  const facts = columns.map((column) => [column, fact(column.replace(/_(.)/g, (_, letter) => letter.toUpperCase()))]);
  // One fact a column, as the type says.
  return Object.fromEntries(facts) as { [Name in Names[number]]: Fact };
}

/** The closed list of what is told of no record. What is worked out is worked out again of what is told. */
const folded: Untold = { untold: 'folded from other columns, to search, sort and be unique by' };
const version: Untold = { untold: 'counts the changes, for If-Match' };
const sealing: Untold = { untold: 'proves the columns it covers' };
const ofText: Untold = { untold: 'worked out of the license key or file, which its digest stands for' };
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
  ...told('id', 'name'),
  name_f: folded,
  ...plain(customerFields),
  archived: fact('archived', 'flag'),
  ...search,
  version,
  created_at: fact('createdAt'),
} as const;

const product = {
  ...told('id', 'name'),
  name_f: folded,
  ...plain(productFields),
  archived: fact('archived', 'flag'),
  ...search,
  version,
  created_at: fact('createdAt'),
} as const;

const license = {
  ...told('id', 'product_id', 'customer_id', 'quantity', 'cost'),
  ...plain(licenseFields),
  renews_itself: fact('renewsItself', 'flag'),
  archived: fact('archived', 'flag'),
  attributes: fact('attributes', 'attributes'),
  ...search,
  fingerprint: fact('fingerprint'),
  version,
  created_at: fact('createdAt'),
} as const;

const key = {
  ...told('id', 'product_id', 'customer_id', 'license_id', 'key_type', 'validity_start'),
  owned_since: worked('the entries that changed its customer'),
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
  delivery: fact('delivery', 'delivery'),
  file_name: fact('fileName'),
  file_size: fact('fileSize', 'size'),
  cipher: fact('textDigest', 'digest'),
  hx: ofText,
  hl: ofText,
  loose_disc: fact('spelledAlike', 'given'),
  replaces_id: fact('replaces'),
  replaced_by_id: fact('replacedBy'),
  expiry_recorded_end: { untold: 'the end for which the expiry job has made its entry' },
  version,
  created_at: fact('createdAt'),
} as const;

const equipment = {
  ...told('id', 'name'),
  name_f: folded,
  serial_f: folded,
  asset_tag_f: folded,
  ...plain(equipmentFields),
  ...told('customer_id', 'status'),
  attributes: fact('attributes', 'attributes'),
  ...search,
  version,
  created_at: fact('createdAt'),
} as const;

const assignment = {
  ...told('id', 'key_id', 'seat', 'equipment_id', 'customer_id', 'user_name'),
  user_f: folded,
  ...told('applied_on', 'applied_at', 'applied_by', 'remarks'),
  remarks_f: folded,
  ...told('removed_on', 'removed_at', 'removed_by'),
  version,
} as const;

const renewal = {
  ...told('id', 'key_id', 'old_end', 'new_end', 'reference', 'renewed_at', 'renewed_by'),
} as const;

const attribute = {
  ...told('id', 'record_type', 'name', 'kind', 'label_en', 'label_de'),
  required: fact('required', 'flag'),
  mask: fact('mask'),
  choices: fact('choices', 'list'),
  archived: fact('archived', 'flag'),
  version,
  created_at: fact('createdAt'),
} as const;

const view = {
  ...told('id', 'owner_id', 'list', 'name'),
  name_f: folded,
  query: fact('query'),
  shared: fact('shared', 'flag'),
  version,
} as const;

const user = {
  ...told('id', 'kind', 'name', 'email'),
  email_f: folded,
  password_hash: fact('passwordDigest', 'digest'),
  role: fact('role'),
  scope: fact('customerIds', 'customers'),
  ...told('locale', 'disabled_at'),
  search_f: folded,
  version,
  ...told('created_at', 'enrolled_at'),
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
  ...told('id', 'issuer', 'subject', 'user_id', 'created_at'),
} as const;

const token = {
  id: fact('id'),
  token_mac: fact('tokenDigest', 'digest'),
  name: fact('name'),
  user_id: fact('ownerId'),
  role: fact('role'),
  scope: fact('customerIds', 'customers'),
  expires_on: fact('expiresOn'),
  last_used_on: lastUsed,
  ...told('revoked_at', 'created_at'),
  seal: sealing,
  sealed_idx: sealing,
} as const;

const settings = {
  ...told('id', 'organisation', 'time_zone', 'locale', 'house_id'),
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
  import_rejected: 'rows that an import left out, to be corrected and imported again',
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
