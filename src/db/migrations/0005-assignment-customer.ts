import type { Engine } from '../engine.ts';

const columns = `id, key_id, seat, equipment_id, user_name, user_f, applied_on, applied_at, applied_by, remarks, remarks_f,
  removed_on, removed_at, removed_by, version`;

/** What 0.1.0 went by: the unit's customer, without a unit the key's. An assignment that has lost both falls to the house. */
const customerOf = `coalesce((SELECT e.customer_id FROM equipment e WHERE e.id = assignment.equipment_id),
  (SELECT k.customer_id FROM "key" k WHERE k.id = assignment.key_id), (SELECT house_id FROM settings))`;

/** SQLite adds no column that must refer to another table: the table is made anew. Nothing points to it. */
const sqliteColumn = [
  `CREATE TABLE assignment_with_customer (id TEXT PRIMARY KEY, key_id TEXT NOT NULL REFERENCES "key" (id),
     seat integer NOT NULL CHECK (seat >= 1), equipment_id TEXT REFERENCES equipment (id),
     customer_id TEXT NOT NULL REFERENCES customer (id), user_name TEXT NOT NULL,
     user_f TEXT NOT NULL, applied_on TEXT NOT NULL, applied_at TEXT NOT NULL,
     applied_by TEXT NOT NULL REFERENCES "user" (id), remarks TEXT NOT NULL, remarks_f TEXT NOT NULL, removed_on TEXT,
     removed_at TEXT, removed_by TEXT REFERENCES "user" (id), version integer NOT NULL DEFAULT 1,
     CONSTRAINT assignment_holder CHECK (equipment_id IS NOT NULL OR user_name <> ''),
     CONSTRAINT assignment_removal CHECK ((removed_on IS NULL) = (removed_at IS NULL)))`,
  `INSERT INTO assignment_with_customer (${columns}, customer_id) SELECT ${columns}, ${customerOf} FROM assignment`,
  'DROP TABLE assignment',
  'ALTER TABLE assignment_with_customer RENAME TO assignment',
  `CREATE UNIQUE INDEX assignment_one_per_seat ON assignment (key_id, seat) WHERE removed_at IS NULL`,
  `CREATE UNIQUE INDEX assignment_once_per_unit ON assignment (key_id, equipment_id) WHERE removed_at IS NULL
     AND equipment_id IS NOT NULL`,
  `CREATE INDEX assignment_by_key ON assignment (key_id, seat)`,
  `CREATE INDEX assignment_by_equipment ON assignment (equipment_id) WHERE equipment_id IS NOT NULL`,
  `CREATE INDEX assignment_by_user ON assignment (user_f) WHERE user_f <> ''`,
];

const postgresColumn = [
  'ALTER TABLE assignment ADD COLUMN customer_id text COLLATE "C" REFERENCES customer (id)',
  `UPDATE assignment SET customer_id = ${customerOf}`,
  'ALTER TABLE assignment ALTER COLUMN customer_id SET NOT NULL',
];

/** Whose an assignment is (P2). */
export function step(engine: Engine): string[] {
  return [
    ...(engine === 'sqlite' ? sqliteColumn : postgresColumn),
    'CREATE INDEX assignment_by_customer ON assignment (customer_id, user_f)',
  ];
}
