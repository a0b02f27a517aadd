import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { createDatabase, dropDatabase } from './postgres.ts';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('harness: a real PostgreSQL answers', async () => {
  expect(await query(inject('postgresUrl'), 'select version()')).toEqual([
    { version: expect.stringMatching(/^PostgreSQL \d+/) },
  ]);
});

test('harness: two databases know nothing of each other', async () => {
  const one = await createDatabase(inject('postgresUrl'));
  const other = await createDatabase(inject('postgresUrl'));
  await query(one, 'create table only_here (id integer)');
  expect(await query(one, 'select id from only_here')).toEqual([]);
  await expect(query(other, 'select id from only_here')).rejects.toThrow('"only_here" does not exist');
  await Promise.all([one, other].map(dropDatabase));
});

test('harness: a dropped database is gone', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  await dropDatabase(url);
  await expect(query(url, 'select 1')).rejects.toThrow('does not exist');
});
