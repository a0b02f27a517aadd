import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('groups of a list on %s', async (engine) => {
  const world = await newWorld(engine);
  const added = 1200;
  for (let from = 0; from < added; from += 600) {
    const keys = Array.from({ length: 600 }, (_, i) => ({
      productName: 'Atlas',
      keyType: 'permanent',
      licenseKey: `GROUP-${String(from + i).padStart(6, '0')}-ABCDE`,
      code: from + i < 3 ? 'often' : `code ${from + i}`,
    }));
    const made = await world.admin('POST', '/keys/batch', { keys });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  }

  it('S12: of more than a thousand groups the largest are answered, and that there are more', async () => {
    const { body } = await world.admin('GET', '/keys?groupBy=code');
    expect(body.groups).toHaveLength(1000);
    expect(body).toMatchObject({ moreGroups: true, total: added });
    expect(body.groups).toContainEqual({ value: 'often', label: 'often', count: 3 });
    const few = await world.admin('GET', '/keys?groupBy=product');
    expect(few.body.groups).toHaveLength(1);
    expect(few.body).not.toHaveProperty('moreGroups');
  });

  it('S12: no list is grouped by what every row has of its own, and a refusal names what it can be grouped by', async () => {
    const lists = allEndpoints.filter(({ method, list }) => method === 'GET' && list && list.isWhole !== true);
    for (const { path, list } of lists)
      for (const [name, { kind }] of Object.entries(list?.fields ?? {}))
        if (kind === 'moment' || ['remarks', 'termsOfUse', 'contact', 'website'].includes(name))
          expect((await world.admin('GET', `${path}?groupBy=${name}`)).body, `${path} ${name}`).toMatchObject({
            status: 400,
            errors: [{ pointer: '?groupBy', code: 'unknown_field', detail: expect.stringContaining('can group by') }],
          });
  });
});
