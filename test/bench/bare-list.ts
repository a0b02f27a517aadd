// The bare endpoint a list is measured against: Hono, prepared SQL, the same rows and total, nothing else.
import { serve } from '@hono/node-server';
import SqliteFile from 'better-sqlite3';
import { Hono } from 'hono';
import pg from 'pg';

const source = process.argv[2] ?? '';
const today = process.argv[3] ?? '';
const postgres = source.startsWith('postgres');
const page = `select k.*, p.name as product_name, p.code as product_code, c.name as customer_name, a.id as a_id, a.seat,
  a.user_name, a.applied_on, e.id as e_id, e.name as e_name, e.serial_number as e_serial
  from (select * from "key" order by id desc limit 80) k join product p on p.id = k.product_id
  join customer c on c.id = k.customer_id
  left join assignment a on a.key_id = k.id and a.removed_at is null left join equipment e on e.id = a.equipment_id
  order by k.id desc, a.seat`;
const count = 'select count(*) as n from "key"';

type Row = Record<string, string> & {
  seats: number;
  seats_taken: number;
  version: number;
  seat: number;
  a_id: string | null;
};

function item(row: Row) {
  const expired = (row.validity_end ?? '') < today;
  return {
    id: row.id,
    maskedKey: row.mask,
    delivery: row.delivery,
    licenseFile: null,
    product: { id: row.product_id, name: row.product_name, code: row.product_code || null },
    keyType: row.key_type,
    status: row.hold === 'revoked' ? 'revoked' : expired ? 'expired' : row.hold === 'full' ? 'applied' : 'available',
    inUse: row.seats_taken > 0,
    notYetValid: (row.validity_start ?? '') > today,
    validityStart: row.validity_start || null,
    validityEnd: row.validity_end === '9999-12-31' ? null : row.validity_end,
    ...{ seats: row.seats, seatsTaken: row.seats_taken },
    code: row.code || null,
    serialNumber: row.serial_number || null,
    activationDate: row.activation_date || null,
    purchaseDate: row.purchase_date || null,
    termsOfUse: row.terms_of_use || null,
    remarks: row.remarks || null,
    userName: row.user_name || null,
    licenseId: null,
    license: null,
    customerId: row.customer_id,
    customer: { id: row.customer_id, name: row.customer_name },
    elsewhere: false,
    inherited: [],
    attributes: JSON.parse(row.attributes ?? '{}'),
    assignments: row.a_id === null ? [] : [assignment(row)],
    ...{ replaces: row.replaces_id, replacedBy: row.replaced_by_id, revokedAt: row.revoked_at },
    createdAt: row.created_at,
    version: row.version,
  };
}

function assignment(row: Row) {
  const equipment = row.e_id ? { id: row.e_id, name: row.e_name, serialNumber: row.e_serial || null } : null;
  return { id: row.a_id, seat: row.seat, equipment, userName: row.user_name || null, appliedOn: row.applied_on };
}

const http = new Hono();
if (postgres) {
  const pool = new pg.Pool({ connectionString: source, max: 10 });
  http.get('/keys', async (c) => {
    const [rows, total] = await Promise.all([
      pool.query({ name: 'page', text: page }),
      pool.query({ name: 'count', text: count }),
    ]);
    return c.json({ items: rows.rows.map(item), total: Number(total.rows[0].n) });
  });
} else {
  const db = new SqliteFile(source, { readonly: true });
  const [rows, total] = [db.prepare(page), db.prepare(count)];
  http.get('/keys', (c) => c.json({ items: (rows.all() as Row[]).map(item), total: (total.get() as { n: number }).n }));
}
serve({ fetch: http.fetch, port: 0, hostname: '127.0.0.1' }, (info) => console.log(info.port));
