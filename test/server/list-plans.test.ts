import SqliteFile from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { isGroupable } from '../../src/contract/list.ts';
import { routes } from '../../src/server/routes.ts';
import { addPerson, send } from '../harness/actors.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { newWorld } from '../harness/world.ts';

const lists = allEndpoints.flatMap(({ method, path, list }) =>
  // Of customers, what each has is found by the customer.
  list &&
  !path.startsWith('/customers') &&
  method === 'GET' &&
  routes.some(({ endpoint }) => endpoint.path === path && endpoint.method === method)
    ? [{ path, list }]
    : [],
);

type Step = { id: number; parent: number; detail: string };

/**
 * What is worked out for each row of a list must be found by that row: an index of customers finds all that a customer has,
 * once for every row.
 */
describe('the plans of lists, of somebody of some customers, on sqlite', async () => {
  const world = await newWorld('sqlite');
  const { customerId } = await addCustomerWorld(world, 'Mine');
  // Of one customer, an index of customers even answers in order.
  const scope = [customerId];
  const many = Array.from({ length: 60 }, (_, i) => (i === 0 ? customerId : `nobody-${i}`));
  const people = [
    await addPerson(world, { role: 'administrator', scope }),
    await addPerson(world, { role: 'technician', scope }),
    await addPerson(world, { role: 'auditor', scope: many }),
  ];
  const file = new SqliteFile(`${world.dataDir}/keybook.db`, { readonly: true });
  function stepsOf(text: string): Step[] {
    const statement = file.prepare<unknown[], Step>(`explain query plan ${text}`);
    return statement.all(...Array.from({ length: (text.match(/\?/g) ?? []).length }, () => null));
  }

  /** Steps that go through all of a customer, or of a user, for each row of something else. */
  function repeated(text: string): string[] {
    const steps = stepsOf(text);
    const within = (id: number): boolean => {
      const step = steps.find((one) => one.id === id);
      return step !== undefined && (step.detail.startsWith('CORRELATED') || within(step.parent));
    };
    const finds = (detail: string) => (/\((.*)\)$/.exec(detail)?.[1] ?? 'row').split(' AND ');
    const isOfNoRow = (term: string) => /^(customer_id|user_f)\b/.test(term);
    return steps
      .filter(({ detail, parent }) => finds(detail).every(isOfNoRow) && within(parent))
      .map(({ detail }) => detail);
  }

  async function textsOf(ask: () => Promise<void>): Promise<Set<string>> {
    const prepare = vi.spyOn(SqliteFile.prototype, 'prepare');
    await ask();
    const texts = new Set(prepare.mock.calls.map(([text]) => text).filter((text) => /^\s*(select|with)\b/i.test(text)));
    prepare.mockRestore();
    return texts;
  }

  const queriesOf = ({ list }: (typeof lists)[number]) => [
    'q=abc',
    ...Object.entries(list.fields).flatMap(([name, field]) => [
      `sort=${name}&limit=1`,
      `sort=-${name}&limit=1`,
      ...(isGroupable(field) ? [`groupBy=${name}`] : []),
      `${name}=`,
      `${name}=abc`,
    ]),
  ];

  it('S12, P2: whatever a list is sorted, filtered or grouped by, it finds what belongs to a row by the row', async () => {
    const texts = await textsOf(async () => {
      for (const of of lists)
        for (const query of queriesOf(of))
          for (const { session } of people) await send(world, session, { method: 'GET', path: `${of.path}?${query}` });
    });
    expect(texts.size).toBeGreaterThan(200);
    expect([...new Set([...texts].flatMap(repeated))]).toEqual([]);
  });

  it('T1: a list whose first page is read at once is in the order of an index', async () => {
    const sorts = { equipment: 'name', customers: 'name', products: 'name', audit: 'idx', keys: 'createdAt' };
    const ordered = (text: string) => text.includes('order by') && text.includes('limit');
    for (const [list, field] of Object.entries(sorts))
      for (const sort of [field, `-${field}`]) {
        const texts = await textsOf(async () => {
          // The first page of everything, and not of the people above.
          expect((await world.admin('GET', `/${list}?sort=${sort}&limit=1`)).status).toBe(200);
        });
        const plans = [...texts].filter(ordered).map((text) => stepsOf(text).map(({ detail }) => detail));
        expect([sort, plans.length]).toEqual([sort, 1]);
        expect(plans.flat()).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
      }
  });
});
