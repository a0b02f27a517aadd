import type { Engine } from '../engine.ts';

const attributesAndSearch = `attributes TEXT NOT NULL DEFAULT '{}', folded TEXT NOT NULL, search_f TEXT NOT NULL`;
const versioned = `version integer NOT NULL DEFAULT 1, created_at TEXT NOT NULL`;

const tables = [
  `CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_f TEXT NOT NULL UNIQUE, number TEXT NOT NULL,
     contact TEXT NOT NULL, archived integer NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)), folded TEXT NOT NULL,
     search_f TEXT NOT NULL, ${versioned})`,
  `CREATE TABLE settings (id integer PRIMARY KEY CHECK (id = 1), organisation TEXT NOT NULL, time_zone TEXT NOT NULL,
     locale TEXT NOT NULL, house_id TEXT NOT NULL REFERENCES customer (id),
     master_key_confirmed integer NOT NULL DEFAULT 0,
     technicians_manage_keys integer NOT NULL DEFAULT 0,
     second_factor_required integer NOT NULL DEFAULT 0, version integer NOT NULL DEFAULT 1)`,
  `CREATE TABLE product (id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, name_f TEXT NOT NULL UNIQUE,
     manufacturer TEXT NOT NULL, website TEXT NOT NULL, archived integer NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
     folded TEXT NOT NULL, search_f TEXT NOT NULL, ${versioned})`,
  `CREATE TABLE license (id TEXT PRIMARY KEY, product_id TEXT NOT NULL REFERENCES product (id),
     customer_id TEXT NOT NULL REFERENCES customer (id), quantity integer NOT NULL CHECK (quantity >= 0),
     start_day TEXT NOT NULL, end_day TEXT NOT NULL, purchase_date TEXT NOT NULL, cost double precision,
     currency TEXT NOT NULL, supplier TEXT NOT NULL, order_number TEXT NOT NULL, invoice_number TEXT NOT NULL,
     cost_center TEXT NOT NULL, barcode TEXT NOT NULL, terms_of_use TEXT NOT NULL, remarks TEXT NOT NULL,
     archived integer NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)), ${attributesAndSearch}, fingerprint TEXT UNIQUE, ${versioned})`,
  `CREATE TABLE "key" (id TEXT PRIMARY KEY, product_id TEXT NOT NULL REFERENCES product (id),
     customer_id TEXT NOT NULL REFERENCES customer (id), license_id TEXT REFERENCES license (id),
     key_type TEXT NOT NULL CHECK (key_type IN ('permanent', 'subscription', 'trial', 'timeLimited')),
     validity_start TEXT NOT NULL, validity_end TEXT NOT NULL,
     seats integer NOT NULL CHECK (seats >= 1), seats_taken integer NOT NULL DEFAULT 0,
     revoked_at TEXT,
     hold TEXT NOT NULL GENERATED ALWAYS AS
       (CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN seats_taken >= seats THEN 'full' ELSE 'open' END) STORED,
     code TEXT NOT NULL, serial_number TEXT NOT NULL, activation_date TEXT NOT NULL, purchase_date TEXT NOT NULL,
     terms_of_use TEXT NOT NULL, remarks TEXT NOT NULL, ${attributesAndSearch},
     tail TEXT NOT NULL, tail_f TEXT NOT NULL, mask TEXT NOT NULL,
     cipher TEXT NOT NULL, hx TEXT NOT NULL, hl TEXT NOT NULL, loose_disc TEXT NOT NULL,
     replaces_id TEXT, replaced_by_id TEXT, expiry_recorded_end TEXT NOT NULL DEFAULT '', ${versioned},
     CONSTRAINT key_text_unique UNIQUE (hx), CONSTRAINT key_spelling_unique UNIQUE (hl, loose_disc),
     CONSTRAINT key_seats_bounded CHECK (seats_taken >= 0 AND seats_taken <= seats),
     CONSTRAINT key_validity CHECK ((key_type = 'permanent') = (validity_end = '9999-12-31')
       AND validity_start <= validity_end))`,
  `CREATE TABLE equipment (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_f TEXT NOT NULL, serial_number TEXT NOT NULL,
     serial_f TEXT, asset_tag TEXT NOT NULL, asset_tag_f TEXT, code TEXT NOT NULL,
     customer_id TEXT NOT NULL REFERENCES customer (id), type TEXT NOT NULL, manufacturer TEXT NOT NULL,
     model TEXT NOT NULL, location TEXT NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('inStock', 'inService', 'returned', 'retired')),
     remarks TEXT NOT NULL, ${attributesAndSearch}, ${versioned},
     CONSTRAINT equipment_serial_unique UNIQUE (serial_f),
     CONSTRAINT equipment_asset_tag_unique UNIQUE (customer_id, asset_tag_f))`,
  `CREATE TABLE "user" (id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('person', 'system')),
     name TEXT NOT NULL, email TEXT NOT NULL, email_f TEXT UNIQUE, password_hash TEXT,
     role TEXT NOT NULL CHECK (role IN ('administrator', 'technician', 'auditor')), scope TEXT NOT NULL,
     locale TEXT NOT NULL, disabled_at TEXT, search_f TEXT NOT NULL, ${versioned})`,
  `CREATE TABLE assignment (id TEXT PRIMARY KEY, key_id TEXT NOT NULL REFERENCES "key" (id),
     seat integer NOT NULL CHECK (seat >= 1), equipment_id TEXT REFERENCES equipment (id), user_name TEXT NOT NULL,
     user_f TEXT NOT NULL, applied_on TEXT NOT NULL, applied_at TEXT NOT NULL,
     applied_by TEXT NOT NULL REFERENCES "user" (id), remarks TEXT NOT NULL, remarks_f TEXT NOT NULL, removed_on TEXT, removed_at TEXT,
     removed_by TEXT REFERENCES "user" (id), version integer NOT NULL DEFAULT 1,
     CONSTRAINT assignment_holder CHECK (equipment_id IS NOT NULL OR user_name <> ''),
     CONSTRAINT assignment_removal CHECK ((removed_on IS NULL) = (removed_at IS NULL)))`,
  `CREATE TABLE renewal (id TEXT PRIMARY KEY, key_id TEXT NOT NULL REFERENCES "key" (id) ON DELETE CASCADE,
     old_end TEXT NOT NULL, new_end TEXT NOT NULL, reference TEXT NOT NULL, renewed_at TEXT NOT NULL,
     renewed_by TEXT NOT NULL REFERENCES "user" (id))`,
  `CREATE TABLE attribute (id TEXT PRIMARY KEY, record_type TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
     label_en TEXT NOT NULL, label_de TEXT NOT NULL, required integer NOT NULL, mask TEXT NOT NULL,
     choices TEXT NOT NULL, archived integer NOT NULL DEFAULT 0, ${versioned},
     CONSTRAINT attribute_name_unique UNIQUE (record_type, name))`,
  `CREATE TABLE session (id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL
     REFERENCES "user" (id), created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, confirmed_at TEXT NOT NULL,
     expires_at TEXT NOT NULL, stage TEXT NOT NULL DEFAULT 'open' CHECK (stage IN ('open', 'code')),
     address TEXT NOT NULL DEFAULT '')`,
  `CREATE TABLE second_factor (user_id TEXT PRIMARY KEY REFERENCES "user" (id), secret TEXT NOT NULL,
     confirmed_at TEXT, last_step integer NOT NULL)`,
  `CREATE TABLE recovery_code (user_id TEXT NOT NULL REFERENCES "user" (id), code_hash TEXT NOT NULL,
     PRIMARY KEY (user_id, code_hash))`,
  `CREATE TABLE identity (id TEXT PRIMARY KEY, issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL
     REFERENCES "user" (id), created_at TEXT NOT NULL, CONSTRAINT identity_unique UNIQUE (issuer, subject))`,
  `CREATE TABLE throttle (bucket TEXT PRIMARY KEY, failures integer NOT NULL, last_at TEXT NOT NULL,
     blocked_until TEXT NOT NULL)`,
  `CREATE TABLE token (id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, user_id TEXT NOT NULL
     REFERENCES "user" (id), role TEXT NOT NULL, scope TEXT NOT NULL, expires_on TEXT NOT NULL,
     last_used_on TEXT NOT NULL, revoked_at TEXT, created_at TEXT NOT NULL)`,
  `CREATE TABLE setup_token (token_hash TEXT PRIMARY KEY, expires_at TEXT NOT NULL)`,
  `CREATE TABLE idempotency (actor_id TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, "key" TEXT NOT NULL,
     body_mac TEXT NOT NULL, status integer NOT NULL, result TEXT NOT NULL, created_at TEXT NOT NULL,
     CONSTRAINT idempotency_unique PRIMARY KEY (actor_id, method, path, "key"))`,
  `CREATE TABLE refused_attempt (actor_id TEXT NOT NULL REFERENCES "user" (id), what TEXT NOT NULL, since TEXT NOT NULL,
     attempts integer NOT NULL, recorded integer NOT NULL, PRIMARY KEY (actor_id, what))`,
  `CREATE TABLE expiry_run (id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, day TEXT NOT NULL,
     expired integer NOT NULL, actor_id TEXT NOT NULL REFERENCES "user" (id))`,
  `CREATE TABLE consistency_check (id TEXT PRIMARY KEY, at TEXT NOT NULL, actor_id TEXT NOT NULL
     REFERENCES "user" (id), findings TEXT NOT NULL, mended integer NOT NULL)`,
  `CREATE TABLE import (id TEXT PRIMARY KEY, kind TEXT NOT NULL, profile TEXT NOT NULL, file_name TEXT NOT NULL,
     status TEXT NOT NULL, detail TEXT NOT NULL, row_count integer NOT NULL, rows_done integer NOT NULL,
     report TEXT NOT NULL, actor_id TEXT NOT NULL REFERENCES "user" (id), created_at TEXT NOT NULL,
     alive_at TEXT NOT NULL, finished_at TEXT)`,
  `CREATE TABLE import_mapping (header TEXT NOT NULL, kind TEXT NOT NULL, profile TEXT NOT NULL, fields TEXT NOT NULL,
     updated_at TEXT NOT NULL, PRIMARY KEY (header, kind, profile))`,
  `CREATE TABLE wrapped_key (id TEXT PRIMARY KEY, purpose TEXT NOT NULL, wrapped TEXT NOT NULL,
     created_at TEXT NOT NULL, retired_at TEXT)`,
  `CREATE TABLE log_identity (id integer PRIMARY KEY CHECK (id = 1), origin TEXT NOT NULL, public_key TEXT NOT NULL)`,
  `CREATE TABLE audit_head (id integer PRIMARY KEY CHECK (id = 1), size integer NOT NULL, frontier TEXT NOT NULL)`,
  `CREATE TABLE audit_entry (idx integer PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
     key_id TEXT, equipment_id TEXT, customer_id TEXT, actor_id TEXT NOT NULL, header TEXT NOT NULL)`,
  `CREATE TABLE audit_payload (idx integer PRIMARY KEY REFERENCES audit_entry (idx), salt TEXT NOT NULL,
     body TEXT NOT NULL)`,
  `CREATE TABLE audit_erasure (idx integer PRIMARY KEY REFERENCES audit_entry (idx), by_idx integer NOT NULL
     REFERENCES audit_entry (idx))`,
  `CREATE TABLE audit_checkpoint (size integer PRIMARY KEY, note TEXT NOT NULL)`,
  `CREATE TABLE audit_tile (level integer NOT NULL, n integer NOT NULL, hashes TEXT NOT NULL, PRIMARY KEY (level, n))`,
];

const indexes = [
  `CREATE INDEX key_by_status ON "key" (hold, validity_end, id)`,
  `CREATE INDEX key_by_end ON "key" (validity_end, id)`,
  `CREATE INDEX key_by_product ON "key" (product_id, id)`,
  `CREATE INDEX key_free ON "key" (product_id, validity_end, validity_start, id) WHERE hold = 'open'`,
  `CREATE INDEX key_by_customer ON "key" (customer_id)`,
  `CREATE INDEX key_by_license ON "key" (license_id) WHERE license_id IS NOT NULL`,
  `CREATE INDEX key_expiry_due ON "key" (validity_end, id) WHERE revoked_at IS NULL AND expiry_recorded_end <> validity_end`,
  `CREATE INDEX key_by_replaces ON "key" (replaces_id) WHERE replaces_id IS NOT NULL`,
  `CREATE INDEX key_by_replaced_by ON "key" (replaced_by_id) WHERE replaced_by_id IS NOT NULL`,
  `CREATE INDEX key_by_tail ON "key" (tail_f, id)`,
  `CREATE INDEX license_by_product ON license (product_id)`,
  `CREATE INDEX license_by_customer ON license (customer_id)`,
  `CREATE INDEX equipment_by_name ON equipment (name_f, id)`,
  `CREATE INDEX equipment_by_customer ON equipment (customer_id)`,
  `CREATE UNIQUE INDEX assignment_one_per_seat ON assignment (key_id, seat) WHERE removed_at IS NULL`,
  `CREATE UNIQUE INDEX assignment_once_per_unit ON assignment (key_id, equipment_id) WHERE removed_at IS NULL
     AND equipment_id IS NOT NULL`,
  `CREATE INDEX assignment_by_key ON assignment (key_id, seat)`,
  `CREATE INDEX assignment_by_equipment ON assignment (equipment_id) WHERE equipment_id IS NOT NULL`,
  `CREATE INDEX assignment_by_user ON assignment (user_f) WHERE user_f <> ''`,
  `CREATE INDEX renewal_by_key ON renewal (key_id)`,
  `CREATE INDEX session_by_user ON session (user_id)`,
  `CREATE INDEX identity_by_user ON identity (user_id)`,
  `CREATE INDEX throttle_by_age ON throttle (last_at)`,
  `CREATE INDEX idempotency_by_age ON idempotency (created_at)`,
  `CREATE INDEX audit_by_key ON audit_entry (key_id, idx) WHERE key_id IS NOT NULL`,
  `CREATE INDEX audit_by_equipment ON audit_entry (equipment_id, idx) WHERE equipment_id IS NOT NULL`,
  `CREATE INDEX audit_by_customer ON audit_entry (customer_id, idx) WHERE customer_id IS NOT NULL`,
  `CREATE INDEX audit_by_actor ON audit_entry (actor_id, idx)`,
  `CREATE INDEX audit_by_action ON audit_entry (action, idx)`,
  `CREATE INDEX audit_by_time ON audit_entry (at, idx)`,
];

/** Tables no one may change or empty, with what else each refuses: SQL over NEW or OLD that must hold. */
const appendOnly = ['audit_entry', 'audit_erasure', 'audit_checkpoint', 'audit_tile'];

const sqliteTriggers = [
  ...appendOnly.flatMap((table) => [
    `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`,
    `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`,
  ]),
  // An INSERT OR REPLACE fires no delete trigger, so every insert over an existing row is refused by itself.
  ...['audit_payload', 'audit_erasure', 'audit_checkpoint'].map(
    (table) => `CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table}
      WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${table === 'audit_checkpoint' ? 'size = NEW.size' : 'idx = NEW.idx'})
      BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`,
  ),
  `CREATE TRIGGER audit_tile_no_replace BEFORE INSERT ON audit_tile
     WHEN EXISTS (SELECT 1 FROM audit_tile WHERE level = NEW.level AND n = NEW.n)
     BEGIN SELECT RAISE(ABORT, 'audit_tile is append-only'); END`,
  `CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry BEGIN
     SELECT RAISE(ABORT, 'audit_entry takes only the next index') WHERE NEW.idx IS NOT (SELECT size FROM audit_head);
     UPDATE audit_head SET size = size + 1; END`,
  `CREATE TRIGGER audit_payload_no_update BEFORE UPDATE ON audit_payload
     BEGIN SELECT RAISE(ABORT, 'audit_payload is append-only'); END`,
  `CREATE TRIGGER audit_payload_no_delete BEFORE DELETE ON audit_payload
     WHEN NOT EXISTS (SELECT 1 FROM audit_erasure WHERE idx = OLD.idx)
     BEGIN SELECT RAISE(ABORT, 'audit_payload goes only with an erasure'); END`,
  `CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'audit_head stays'); END`,
  `CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head)
     BEGIN SELECT RAISE(ABORT, 'audit_head stays'); END`,
  `CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.size NOT IN (OLD.size, OLD.size + 1)
     BEGIN SELECT RAISE(ABORT, 'audit_head goes one entry at a time'); END`,
  `CREATE TRIGGER log_identity_no_update BEFORE UPDATE ON log_identity WHEN OLD.public_key <> ''
     BEGIN SELECT RAISE(ABORT, 'log_identity stays'); END`,
  `CREATE TRIGGER log_identity_no_delete BEFORE DELETE ON log_identity
     BEGIN SELECT RAISE(ABORT, 'log_identity stays'); END`,
  // Passed over in silence, as ON CONFLICT DO NOTHING would: two processes may each try to be the first.
  `CREATE TRIGGER log_identity_no_replace BEFORE INSERT ON log_identity WHEN EXISTS (SELECT 1 FROM log_identity)
     BEGIN SELECT RAISE(IGNORE); END`,
];

const postgresTriggers = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$`,
  `CREATE FUNCTION take_next_entry() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       UPDATE audit_head SET size = size + 1 WHERE size = NEW.idx;
       IF NOT FOUND THEN RAISE EXCEPTION 'audit_entry takes only the next index'; END IF;
       RETURN NEW;
     END $$`,
  `CREATE FUNCTION require_erasure() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       IF NOT EXISTS (SELECT 1 FROM audit_erasure WHERE idx = OLD.idx) THEN
         RAISE EXCEPTION 'audit_payload goes only with an erasure';
       END IF;
       RETURN OLD;
     END $$`,
  `CREATE FUNCTION step_head() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       IF NEW.size NOT IN (OLD.size, OLD.size + 1) THEN RAISE EXCEPTION 'audit_head goes one entry at a time'; END IF;
       RETURN NEW;
     END $$`,
  `CREATE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       IF OLD.public_key <> '' THEN RAISE EXCEPTION 'log_identity stays'; END IF;
       RETURN NEW;
     END $$`,
  ...appendOnly.map(
    (table) => `CREATE TRIGGER ${table}_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
  `CREATE TRIGGER audit_payload_fixed BEFORE UPDATE OR TRUNCATE ON audit_payload
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER audit_head_fixed BEFORE DELETE OR TRUNCATE ON audit_head
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER log_identity_fixed BEFORE DELETE OR TRUNCATE ON log_identity
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER log_identity_no_update BEFORE UPDATE ON log_identity FOR EACH ROW EXECUTE FUNCTION keep_identity()`,
  `CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION step_head()`,
  `CREATE TRIGGER audit_payload_erasure BEFORE DELETE ON audit_payload FOR EACH ROW EXECUTE FUNCTION require_erasure()`,
  `CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION take_next_entry()`,
];

/** The statements of the first schema. Text compares by bytes on both engines (collation "C"), in our folded forms. */
export function step(engine: Engine): string[] {
  const textType = engine === 'postgres' ? 'text COLLATE "C"' : 'TEXT';
  const triggers = engine === 'postgres' ? postgresTriggers : sqliteTriggers;
  return [
    ...tables.map((statement) => statement.replaceAll(/\bTEXT\b/g, textType)),
    ...indexes,
    ...triggers,
    `INSERT INTO audit_head (id, size, frontier) VALUES (1, 0, '0:')`,
  ];
}
