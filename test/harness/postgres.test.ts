import pg from 'pg';
import { expect, test } from 'vitest';
import { dropDatabase } from './postgres.ts';
import { newDatabase, postgresUrl } from './run-postgres.ts';

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
  expect(await query(await postgresUrl(), 'select version()')).toEqual([
    { version: expect.stringMatching(/^PostgreSQL \d+/) },
  ]);
});

test('harness: two databases know nothing of each other', async () => {
  const one = await newDatabase();
  const other = await newDatabase();
  await query(one, 'create table only_here (id integer)');
  expect(await query(one, 'select id from only_here')).toEqual([]);
  await expect(query(other, 'select id from only_here')).rejects.toThrow('"only_here" does not exist');
  await Promise.all([one, other].map(dropDatabase));
});

test('harness: a dropped database is gone', async () => {
  const url = await newDatabase();
  await dropDatabase(url);
  await expect(query(url, 'select 1')).rejects.toThrow('does not exist');
});
