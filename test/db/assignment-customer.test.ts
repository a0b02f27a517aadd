import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { step as coreStep } from '../../src/db/migrations/0001-core.ts';
import { step as customerStep } from '../../src/db/migrations/0005-assignment-customer.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { newDatabase } from '../harness/run-postgres.ts';
import { engines } from '../harness/world.ts';

const at = "'2026-11-20T10:00:00.000Z'";
const customer = (id: string) => `INSERT INTO customer (id, name, name_f, number, contact, folded, search_f, created_at)
  VALUES ('${id}', '${id}', '${id}', '', '', '{}', '', ${at})`;
const unit = (id: string, owner: string) => `INSERT INTO equipment (id, name, name_f, serial_number, asset_tag, code,
  customer_id, type, manufacturer, model, location, status, remarks, folded, search_f, created_at)
  VALUES ('${id}', '${id}', '${id}', '', '', '', '${owner}', '', '', '', '', 'inService', '', '{}', '', ${at})`;
const assignment = (id: string, seat: number, onUnit: string | null, removed = false) => `INSERT INTO assignment (id,
  key_id, seat, equipment_id, user_name, user_f, applied_on, applied_at, applied_by, remarks, remarks_f, removed_on,
  removed_at, version) VALUES ('${id}', 'key', ${seat}, ${onUnit ? `'${onUnit}'` : 'NULL'}, 'Anna', 'anna', '2026-11-20', ${at},
  'ada', 'desk', 'desk', ${removed ? `'2026-11-21', ${at}` : 'NULL, NULL'}, 7)`;

/** What 0.1.0 left: a key of one customer, on units of two, with a user, and taken back. */
const rows = [
  ...['house', 'mine', 'theirs'].map(customer),
  `INSERT INTO settings (id, organisation, time_zone, locale, house_id) VALUES (1, 'x', 'UTC', 'en', 'house')`,
  `INSERT INTO product (id, code, name, name_f, manufacturer, website, folded, search_f, created_at)
     VALUES ('product', '', 'p', 'p', '', '', '{}', '', ${at})`,
  `INSERT INTO "user" (id, kind, name, email, role, scope, locale, search_f, created_at)
     VALUES ('ada', 'person', 'Ada', '', 'administrator', 'all', 'en', 'ada', ${at})`,
  `INSERT INTO "key" (id, product_id, customer_id, key_type, validity_start, validity_end, seats, seats_taken, code,
     serial_number, activation_date, purchase_date, terms_of_use, remarks, folded, search_f, tail, tail_f, mask, cipher,
     hx, hl, loose_disc, created_at) VALUES ('key', 'product', 'theirs', 'permanent', '', '9999-12-31', 9, 3, '', '', '',
     '', '', '', '{}', '', '', '', '', '', 'x', 'l', '', ${at})`,
  unit('unit-mine', 'mine'),
  unit('unit-theirs', 'theirs'),
  assignment('on-mine', 1, 'unit-mine'),
  assignment('on-theirs', 2, 'unit-theirs'),
  assignment('user-only', 3, null),
  assignment('taken-back', 4, 'unit-mine', true),
];

async function openOld(engine: (typeof engines)[number]): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const url = engine === 'postgres' ? await newDatabase() : undefined;
  const database = openDatabase(url ? { url } : { file: join(folder, 'keybook.db') });
  afterAll(async () => {
    await database.close();
    if (url) await dropDatabase(url);
    rmSync(folder, { recursive: true, force: true });
  });
  for (const statement of [...coreStep(engine), ...rows]) await sql.raw(statement).execute(database.admin);
  return database;
}

describe.each(engines)('assignments of 0.1.0 on %s', async (engine) => {
  const database = await openOld(engine);
  const columns = sql.raw('id, key_id, seat, equipment_id, user_name, applied_on, remarks, removed_on, version');
  const rowsNow = async () => (await sql`select ${columns} from assignment order by id`.execute(database.admin)).rows;

  it('P2: get the customer of their unit, or of their key, and stay as they were', async () => {
    const before = await rowsNow();
    for (const statement of customerStep(engine)) await sql.raw(statement).execute(database.admin);
    expect(await rowsNow()).toEqual(before);
    const { rows: owned } = await sql`select id, customer_id from assignment order by id`.execute(database.admin);
    expect(owned).toEqual([
      { id: 'on-mine', customer_id: 'mine' },
      { id: 'on-theirs', customer_id: 'theirs' },
      { id: 'taken-back', customer_id: 'mine' },
      { id: 'user-only', customer_id: 'theirs' },
    ]);
  });

  it('A4, A5: keep what guards them', async () => {
    for (const refused of [
      assignment('same-seat', 1, null).replace('version)', 'version, customer_id)').replace(', 7)', ", 7, 'mine')"),
      `UPDATE assignment SET customer_id = 'nobody' WHERE id = 'on-mine'`,
      `UPDATE assignment SET customer_id = NULL WHERE id = 'on-mine'`,
      `UPDATE assignment SET removed_on = '2026-11-22' WHERE id = 'on-mine'`,
      `UPDATE assignment SET equipment_id = NULL, user_name = '' WHERE id = 'on-mine'`,
      `UPDATE assignment SET key_id = 'nothing' WHERE id = 'on-mine'`,
      `DELETE FROM customer WHERE id = 'mine'`,
    ])
      await expect(sql.raw(refused).execute(database.admin), refused).rejects.toThrow();
  });
});
