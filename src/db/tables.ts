import type { Generated, GeneratedAlways } from 'kysely';
import type { Delivery } from '../domain/deliveries.ts';
import type { Role } from '../domain/permissions.ts';
import type { customerFields } from '../domain/records/customer.ts';
import type { equipmentFields } from '../domain/records/equipment.ts';
import type { keyFields } from '../domain/records/key.ts';
import type { licenseFields } from '../domain/records/license.ts';
import type { ColumnsOf } from '../domain/records/plain-field.ts';
import type { productFields } from '../domain/records/product.ts';

/*
 * Column types as both engines return them. Booleans are 0 or 1; days 'YYYY-MM-DD'; moments ISO 8601 UTC; JSON is text.
 * Absent text and days are '' so that order and indexes need no NULL rules; a permanent key ends on 9999-12-31.
 * `folded` is a JSON object of folded texts by field name (attributes as '@name'); `search_f` their one searchable line.
 */
type Flag = 0 | 1;

/** Proves that the server wrote the row (server/seals): '' where it has not been sealed yet. */
type Sealed = { seal: Generated<string> };

/** The same for rows whose changes are recorded: `sealed_idx` is the index of the entry that last changed this one. */
type SealedByEntry = Sealed & { sealed_idx: Generated<number> };

/** A record that people search for. */
type SearchedRecord = {
  id: string;
  folded: string;
  search_f: string;
  version: Generated<number>;
  created_at: string;
};

/** What a record is called, as written and folded. */
type Named = { name: string; name_f: string };

type SettingsTable = {
  id: 1;
  organisation: string;
  time_zone: string;
  locale: string;
  house_id: string;
  master_key_confirmed: Flag;
  technicians_manage_keys: Generated<Flag>;
  second_factor_required: Generated<Flag>;
  version: number;
} & SealedByEntry;

export type CustomerTable = SearchedRecord &
  Named & {
    archived: Flag;
  } & ColumnsOf<typeof customerFields>;

export type ProductTable = SearchedRecord &
  Named & {
    archived: Flag;
  } & ColumnsOf<typeof productFields>;

export type LicenseTable = SearchedRecord & {
  product_id: string;
  customer_id: string;
  quantity: number;
  cost: number | null;
  /** Whether it goes on by itself at its end, unless somebody cancels it by then. */
  renews_itself: Generated<Flag>;
  archived: Generated<Flag>;
  attributes: string;
  /** What an import recognises its own row by; null for a license made by hand. */
  fingerprint: string | null;
} & ColumnsOf<typeof licenseFields>;

export type KeyTable = SearchedRecord & {
  product_id: string;
  customer_id: string;
  /** Since when it is that customer's, '' where it was never another's. */
  owned_since: Generated<string>;
  license_id: string | null;
  key_type: 'permanent' | 'subscription' | 'trial' | 'timeLimited';
  validity_start: string;
  validity_end: string;
  seats: number;
  seats_taken: Generated<number>;
  revoked_at: string | null;
  /** The date-free part of the status, made by the database. */
  hold: GeneratedAlways<'open' | 'full' | 'revoked'>;
  attributes: string;
  tail: string;
  /** The tail folded: what it is found, filtered and ordered by. */
  tail_f: string;
  mask: string;
  delivery: Generated<Delivery>;
  /** What a license file is called; '' for a pasted block, and where it is none. */
  file_name: Generated<string>;
  /** Its bytes; 0 where it is none. */
  file_size: Generated<number>;
  /** The secret, encrypted (a file in base64), and what it is unique and found by; null by account. */
  cipher: string | null;
  hx: string | null;
  hl: string | null;
  /** '' for a key whose loose form must be unique; its own id where an administrator recorded that it is another key. */
  loose_disc: string;
  replaces_id: string | null;
  replaced_by_id: string | null;
  /** The validity end for which the expiry job has made its entry. */
  expiry_recorded_end: Generated<string>;
} & ColumnsOf<typeof keyFields>;

export type EquipmentTable = SearchedRecord &
  Named & {
    /** Folded serial number, null where there is none: unique. */
    serial_f: string | null;
    /** Folded asset tag, null where there is none: unique per customer. */
    asset_tag_f: string | null;
    customer_id: string;
    status: 'inStock' | 'inService' | 'returned' | 'retired';
    attributes: string;
  } & ColumnsOf<typeof equipmentFields>;

export type AssignmentTable = {
  id: string;
  key_id: string;
  seat: number;
  equipment_id: string | null;
  /** Whose it is: while it is active on a unit the unit's customer, without a unit one of its own. */
  customer_id: string;
  user_name: string;
  user_f: string;
  applied_on: string;
  applied_at: string;
  applied_by: string;
  remarks: string;
  remarks_f: string;
  removed_on: string | null;
  removed_at: string | null;
  removed_by: string | null;
  version: Generated<number>;
};

type RenewalTable = {
  id: string;
  key_id: string;
  old_end: string;
  new_end: string;
  reference: string;
  renewed_at: string;
  renewed_by: string;
};

export type AttributeTable = {
  id: string;
  record_type: 'key' | 'equipment' | 'license';
  name: string;
  kind: 'text' | 'number' | 'date' | 'boolean' | 'choice';
  label_en: string;
  label_de: string;
  required: Flag;
  mask: string;
  choices: string;
  archived: Flag;
  version: Generated<number>;
  created_at: string;
};

/** Who can act: a person, or a part of the system (`kind` system). Rows are disabled, never deleted. */
export type UserTable = {
  id: string;
  kind: 'person' | 'system';
  name: string;
  email: string;
  /** Folded e-mail address, null for the system: unique. */
  email_f: string | null;
  password_hash: string | null;
  role: Role;
  /** 'all', or a JSON list of customer ids. */
  scope: string;
  locale: string;
  disabled_at: string | null;
  search_f: string;
  version: Generated<number>;
  created_at: string;
  /** When the second factor was set up; null where there is none. Sealed, unlike the row of the factor itself. */
  enrolled_at: Generated<string | null>;
  /** A hash over second factor, recovery codes and identities, so that the seal covers them as well. */
  factors: Generated<string>;
} & SealedByEntry;

type SessionTable = {
  id: string;
  token_mac: string;
  user_id: string;
  created_at: string;
  last_seen_at: string;
  /** '' where nobody has confirmed it yet. */
  confirmed_at: string;
  expires_at: string;
  /** 'code': opened by single sign-on, the second factor is still to come. */
  stage: Generated<'open' | 'code'>;
  /** The client's address when it was opened, '' where unknown. */
  address: Generated<string>;
} & Sealed;

/** A person's TOTP secret; it counts once `confirmed_at` is set. */
type SecondFactorTable = {
  user_id: string;
  /** Encrypted by the vault, bound to the user. */
  secret: string;
  confirmed_at: string | null;
  /** The newest time step a code was accepted for: it and earlier ones are refused. */
  last_step: number;
};

/** What is left of a person's recovery codes, as keyed hashes. */
type RecoveryCodeTable = { user_id: string; code_mac: string };

/** Who a person is at a provider of single sign-on: issuer and subject, never an e-mail address. */
type IdentityTable = {
  id: string;
  issuer: string;
  subject: string;
  user_id: string;
  created_at: string;
};

/** Failed attempts by account or address, under a keyed hash: neither can be read from it. */
type ThrottleTable = {
  bucket: string;
  failures: number;
  last_at: string;
  /** No attempt before then; '' for at once. */
  blocked_until: string;
};

type TokenTable = {
  id: string;
  token_mac: string;
  name: string;
  user_id: string;
  role: Role;
  /** 'owner' (the owner's scope), or a JSON list of customer ids. */
  scope: string;
  expires_on: string;
  last_used_on: string;
  revoked_at: string | null;
  created_at: string;
} & SealedByEntry;

type SetupTokenTable = { token_mac: string; expires_at: string } & Sealed;

type IdempotencyTable = {
  actor_id: string;
  method: string;
  path: string;
  key: string;
  body_mac: string;
  status: number;
  /** JSON of ids and counts, from which the answer is built again. */
  result: string;
  created_at: string;
};

/** Refused attempts of one user at one thing, since a moment; `recorded` is how many of them the log tells of. */
export type RefusedAttemptTable = {
  actor_id: string;
  /** An action of the table of permissions. */
  what: string;
  since: string;
  attempts: number;
  recorded: number;
  /** Keyed, over all others. */
  mac: string;
};

/** How often a user did what is limited, at one moment of the clock of the server that did it. */
type LimitedUseTable = { actor_id: string; what: string; at: string; times: number };

/** A record of an earlier version whose facts the log has yet to state, by kind and id of its subject. */
type UnstatedTable = { kind: string; id: string };

type ExpiryRunTable = {
  id: string;
  started_at: string;
  finished_at: string | null;
  day: string;
  expired: number;
  actor_id: string;
};

type ConsistencyCheckTable = {
  id: string;
  at: string;
  actor_id: string;
  /** JSON list of findings. */
  findings: string;
  mended: number;
};

type ImportTable = {
  id: string;
  kind: string;
  profile: string;
  file_name: string;
  status: 'running' | 'done' | 'refused' | 'failed' | 'stopped';
  /** How far it came, where it did not finish. */
  detail: string;
  row_count: number;
  rows_done: number;
  /** JSON of counts, outcomes and where faults are; never a license key, and no sentence that may name a record. */
  report: string;
  actor_id: string;
  /** As a user's: of a token that ran it, what the token reached. */
  scope: string;
  /** Proves that the server wrote both; '' of versions before. */
  owner_seal: Generated<string>;
  created_at: string;
  /** When the server that runs it last gave a sign of life. */
  alive_at: string;
  finished_at: string | null;
  /** How long the log was when it began: all of its entries are from there on. Null of version 0.1.0. */
  log_from: number | null;
  undo_status: Generated<'' | 'running' | 'stopped' | 'done'>;
  undo_by: Generated<string | null>;
  /** When it was last begun, and when it is done, that. */
  undo_at: Generated<string | null>;
  /** First what stands for itself, then what others point to. */
  undo_pass: Generated<number>;
  /** The entries from there on are dealt with in this pass. */
  undo_next: Generated<number | null>;
  /** JSON of counts and of what is left, by id and code. */
  undo_report: Generated<string>;
};

/** The rows that an import left out as they stand in its file, encrypted; for 30 days. */
type ImportRejectedTable = { import_id: string; cipher: string; created_at: string };

/** How columns were mapped the last time: `header` is a keyed fingerprint of their names, which are not kept. */
type ImportMappingTable = {
  header: string;
  kind: string;
  profile: string;
  /** JSON list: the field of each column, in the order of their names. */
  fields: string;
  updated_at: string;
  /** Proves that the server wrote it, as seals of rows do; '' for none. */
  seal: Generated<string>;
};

/** Wrapped secrets: data keys, the index key, the log's signing key, and the keys of tags, seals and digests. */
export type WrappedKeyTable = {
  id: string;
  purpose: 'data' | 'index' | 'signing' | 'seal' | 'digest';
  wrapped: string;
  created_at: string;
  retired_at: string | null;
};

type SavedViewTable = {
  id: string;
  owner_id: string;
  list: 'keys' | 'assignments' | 'equipment' | 'licenses' | 'products' | 'customers' | 'audit';
  name: string;
  name_f: string;
  query: string;
  shared: Flag;
  version: Generated<number>;
};

export type LogIdentityTable = { id: 1; origin: string; public_key: string };
export type AuditHeadTable = { id: 1; size: number; frontier: string };
export type AuditEntryTable = {
  idx: number;
  at: string;
  action: string;
  subject: string;
  key_id: string | null;
  equipment_id: string | null;
  customer_id: string | null;
  actor_id: string;
  header: string;
  /** HMAC of the header; null in entries below the one that began it. */
  tag: string | null;
};
export type AuditPayloadTable = { idx: number; salt: string; body: string };
export type AuditErasureTable = { idx: number; by_idx: number };
export type AuditCheckpointTable = { size: number; note: string };
export type AuditTileTable = { level: number; n: number; hashes: string };

export type Tables = {
  settings: SettingsTable;
  customer: CustomerTable;
  product: ProductTable;
  license: LicenseTable;
  key: KeyTable;
  equipment: EquipmentTable;
  assignment: AssignmentTable;
  renewal: RenewalTable;
  attribute: AttributeTable;
  saved_view: SavedViewTable;
  user: UserTable;
  session: SessionTable;
  second_factor: SecondFactorTable;
  recovery_code: RecoveryCodeTable;
  identity: IdentityTable;
  throttle: ThrottleTable;
  token: TokenTable;
  setup_token: SetupTokenTable;
  idempotency: IdempotencyTable;
  refused_attempt: RefusedAttemptTable;
  limited_use: LimitedUseTable;
  unstated: UnstatedTable;
  expiry_run: ExpiryRunTable;
  consistency_check: ConsistencyCheckTable;
  import: ImportTable;
  import_mapping: ImportMappingTable;
  import_rejected: ImportRejectedTable;
  wrapped_key: WrappedKeyTable;
  log_identity: LogIdentityTable;
  audit_head: AuditHeadTable;
  audit_entry: AuditEntryTable;
  audit_payload: AuditPayloadTable;
  audit_erasure: AuditErasureTable;
  audit_checkpoint: AuditCheckpointTable;
  audit_tile: AuditTileTable;
};
