import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Answer, Call, World } from './world.ts';

/** A file of test/samples, as text. */
export function sample(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../samples/${name}`, import.meta.url)), 'utf8');
}

/** A file of test/samples/field: lists as people and programs write them, all made up. */
export function fieldFile(name: string): Buffer<ArrayBuffer> {
  return Buffer.from(readFileSync(fileURLToPath(new URL(`../samples/field/${name}`, import.meta.url))));
}

/** Sends a file to the import, with the other fields of the form. */
export function upload(
  call: Call,
  content: string | Buffer<ArrayBuffer>,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = new FormData();
  form.set('file', new File([content], 'list.csv'));
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  return call('POST', '/imports', form, headers);
}

const recordTables = [
  'customer',
  'product',
  'license',
  'key',
  'equipment',
  'assignment',
  'import',
  'audit_entry',
] as const;

export type Counts = Record<(typeof recordTables)[number], number>;

/** How many rows each table of records has. */
export async function countRows({ database }: World): Promise<Counts> {
  const counts = recordTables.map(async (table) => {
    const row = await database.read.selectFrom(table).select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow();
    return [table, row.n];
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** Every row of every table that an import writes, as one text. */
export async function everythingStored({ database }: World): Promise<string> {
  const tables = [...recordTables, 'audit_payload', 'idempotency'] as const;
  const rows = await Promise.all(tables.map((table) => database.read.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}
