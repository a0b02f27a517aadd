import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { requireOwnConnections } from '../../src/db/servers.ts';
import { atEnd } from '../harness/at-end.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { keybook, newFolder } from '../harness/process.ts';
import { newDatabase } from '../harness/run-postgres.ts';

/** Refuses every connection as PgBouncer does what it does not know. */
async function startRefusingPooler(): Promise<string> {
  const fields = 'SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0';
  const message = Buffer.alloc(5 + fields.length);
  message.write('E');
  message.writeInt32BE(4 + fields.length, 1);
  message.write(fields, 5);
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(message));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  const address = server.address();
  return `postgres://keybook@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/keybook`;
}

it('S22: a start names a pooler that refuses what a connection begins with, and does not wait for it', async () => {
  const env = { DATABASE_URL: await startRefusingPooler(), DATA_DIR: newFolder(), PORT: '0' };
  const ended = await keybook(['serve'], env);
  expect(ended).toMatchObject({ status: 3, stdout: '' });
  expect(ended.stderr).toMatch(/A pooler stands between Keybook and its database.+OPERATING\.md/);
});

it('S22: connections that are handed out by transaction are refused, those of a session are not', async () => {
  const url = await newDatabase();
  const database = openDatabase({ url });
  atEnd(async () => {
    await database.close();
    await dropDatabase(url);
  });
  await requireOwnConnections(database);
  const { admin } = database;
  // Each statement gets what the pool has free, as a pooler by transaction gives it.
  const connection = () => ({ execute: (work: (own: typeof admin) => unknown) => work(admin) });
  Object.defineProperty(admin, 'connection', { value: connection });
  await expect(requireOwnConnections(database)).rejects.toThrow(/pool_mode = session/);
});
