import { Hono } from 'hono';
import type { KyselyPlugin } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { basePath } from '../../src/contract/endpoint.ts';
import type { ReadDb } from '../../src/db/open.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { routes } from '../../src/server/routes.ts';
import { csvRows, download } from '../harness/files.ts';
import { seedKeys } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** More than are sorted at once by the embedded engine; of the other one, which takes longer to fill, many pieces. */
const sizes = { sqlite: 10_500, postgres: 8000 };

describe.each(engines)('long files on %s', async (engine) => {
  const many = sizes[engine];
  const world = await newWorld(engine);
  let reads = 0;
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      reads += 1;
      return result;
    },
  };
  // A handle with a plugin reads like any other.
  const read = (world.database.read as unknown as { withPlugin: (plugin: KyselyPlugin) => ReadDb }).withPlugin(
    counting,
  );
  const http = new Hono();
  httpApi({ ...world.app, database: { ...world.database, read } }, routes, http);
  const open = (path: string) =>
    http.request(basePath + path, { headers: { authorization: `Bearer ${world.adminToken}` } });

  beforeAll(async () => {
    await seedKeys(world, many, (i) => ({ seats: 1 + (i % 7), remarks: `Order ${i}` }));
  });

  it.each(['csv', 'xlsx'])(
    'X3: thousands of rows come as %s in pieces, the first before the last are read',
    async (format) => {
      const response = await open(`/keys/export?format=${format}`);
      let [pieces, size, readsAtFirst] = [0, 0, 0];
      reads = 0;
      for await (const piece of response.body ?? []) {
        if (pieces === 1) readsAtFirst = reads;
        pieces += 1;
        size += piece.length;
      }
      expect(pieces).toBeGreaterThan(10);
      expect(size).toBeGreaterThan(many * 15);
      expect(reads).toBeGreaterThanOrEqual(many / 250);
      expect(readsAtFirst).toBeLessThan(reads / 4);
    },
  );

  it.each(['csv', 'xlsx'])('X3: a client that leaves in the middle of %s stops the reading', async (format) => {
    const response = await open(`/keys/export?format=${format}`);
    const reader = response.body?.getReader();
    reads = 0;
    await reader?.read();
    await reader?.cancel();
    const readsAtEnd = reads;
    for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
    expect(reads).toBe(readsAtEnd);
    expect(reads).toBeLessThan(many / 250 / 4);
  });

  it('X3: others are answered while a file is made', async () => {
    const order: string[] = [];
    const file = download({ http, adminToken: world.adminToken }, '/keys/export').then((done) => {
      order.push('file');
      return done;
    });
    for (const path of ['/me', '/keys']) {
      expect((await open(path)).status).toBe(200);
      order.push(path);
    }
    const rows = csvRows(await file);
    expect(order).toEqual(['/me', '/keys', 'file']);
    expect(rows).toHaveLength(many + 1);
    expect(new Set(rows.map(([id]) => id)).size).toBe(many + 1);
  });

  it('X3: in any order, across all pages of ids, each row stands once and in its place', async () => {
    const rows = csvRows(await download(world, '/keys/export?sort=-seats,remarks&columns=seats,remarks')).slice(1);
    const expected = Array.from({ length: many }, (_, i) => [String(1 + (i % 7)), `Order ${i}`]);
    expected.sort(([a = '', x = ''], [b = '', y = '']) => Number(b) - Number(a) || (x < y ? -1 : 1));
    expect(rows.map((row) => row.slice(2))).toEqual(expected);
  });
});
