import { describe, expect, it } from 'vitest';
import { newId } from '../../src/server/ids.ts';
import { endSilentImports } from '../../src/server/imports/plan/import-row.ts';
import { rawTables } from '../harness/forge.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('an import whose server gives no sign of life, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { all, put } = rawTables(world);

  it('S3, P8: its entry says how it ended, and neither file nor counts, which no seal covers', async () => {
    const done = await upload(world.admin, 'key,product\nAAAA1-BBBB2-CCCC3-DDDD4,Office\n', { kind: 'keys' });
    const [row] = await all('import', { id: done.body.id });
    const report = JSON.stringify({ created: { key: 90000 }, changed: 7, same: 8 });
    const madeUp = { status: 'running', file_name: 'signed-by-ada.csv', row_count: 90000, rows_done: 90000, report };
    const id = newId(world.app);
    const silent = { alive_at: '2020-01-01T00:00:00.000Z', finished_at: null };
    await put('import', { ...row, id, ...madeUp, ...silent });
    await endSilentImports(world.app);
    const { body } = await world.admin('GET', '/audit?action=import.completed&sort=-idx&limit=1');
    const [{ subject, details, sentence }] = body.items;
    expect(subject).toBe(`import:${id}`);
    const { actor, ...said } = details;
    expect(said).toEqual({ status: 'failed', why: 'The server was ended in the middle.' });
    expect(sentence).toBe('Import completed by System');
    expect((await world.admin('GET', `/imports/${id}`)).body).toMatchObject({ status: 'failed' });
  });
});
