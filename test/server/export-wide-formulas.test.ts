import { describe, expect, it } from 'vitest';
import { addKey } from '../harness/arrange.ts';
import { csvCells, download } from '../harness/files.ts';
import { engines, newWorld } from '../harness/world.ts';

const wide = ['＝1+1', '＋1+1', '－2+3', '＠SUM(A1:A9)', '﹦1+1', '﹢1', '﹣1', '﹫x', '⁼1', '⁺1', "'＝1+1"];

describe.each(engines)('wide signs in files on %s', async (engine) => {
  const world = await newWorld(engine);

  it('S17: no cell of a CSV begins with a sign that stands for one a formula begins with (security 46)', async () => {
    for (const [i, text] of wide.entries())
      await addKey(world, { remarks: text, code: text, productName: `${text} ${i}`, seats: i + 1 });
    const csv = await download(world, '/keys/export?columns=remarks,code,product&sort=seats');
    const cells = csvCells(csv, ',').flat();
    expect(cells.length).toBeGreaterThan(wide.length * 3);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell.normalize('NFKC')))).toEqual([]);
  });

  it('S17: an import takes away what made a wide sign inert', async () => {
    const form = new FormData();
    form.set('kind', 'keys');
    form.set('file', new File([`licenseKey,productName,remarks\nKEY-12345-67890,Inert,'＝1+1`], 'keys.csv'));
    expect((await world.admin('POST', '/imports', form)).status).toBe(201);
    const { body } = await world.admin('GET', '/keys?product=Inert');
    expect(body.items[0].remarks).toBe('＝1+1');
  });
});
