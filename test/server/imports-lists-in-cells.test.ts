import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { append, greatest } from '../../src/domain/append.ts';
import { readOnDifferent } from '../../src/server/imports/plan/on-different.ts';
import type { OpenedFile } from '../../src/server/imports/plan/plan-file.ts';
import { judgedChunks } from '../../src/server/imports/plan/plan-rows.ts';
import type { PlanRules } from '../../src/server/imports/plan/planned-row.ts';
import { readMayMake } from '../../src/server/imports/plan/what-is-made.ts';
import { valuesOf } from '../harness/import-file.ts';
import { upload } from '../harness/upload.ts';
import { newWorld } from '../harness/world.ts';

/** Rows of one license key each, whose one cell names so many. */
function listFile(column: string, rows: number, names: number): string {
  const cell = Array.from({ length: names }, (_, i) => `N-${i}`).join('\n');
  const lines = Array.from({ length: rows }, (_, row) => `LISTS-${row}0000-QWERT-YUIOP-ASDFG,P,"${cell}"`);
  return `License Key,Product,${column}\n${lines.join('\n')}\n`;
}

const rules: PlanRules = {
  kind: 'keys',
  today: '2026-12-01',
  productName: undefined,
  mayNameProduct: undefined,
  customerId: undefined,
  customerName: undefined,
  definitions: { key: [], license: [], equipment: [] },
  uses: undefined,
  create: readMayMake(undefined, 'keys'),
  onDifferent: readOnDifferent(undefined, 'keys'),
};

const nothingElse: Omit<OpenedFile, 'rules' | 'rows'> = {
  header: [],
  sheetNames: [],
  rowCount: 5,
  weight: 150,
  told: [],
  toldCount: 0,
  blanks: {},
  cells: () => Readable.from([]),
};

describe('long lists in one cell', async () => {
  // A fifth of them in one transaction; the whole file in one request where it has fewer.
  const world = await newWorld('sqlite', {}, { importSizes: { atOnce: 100, part: 20 } });

  it('S2: a cell names as many persons as are written in one go', async () => {
    expect(await valuesOf(listFile('User', 1, 1000))).toMatchObject([{ errors: [] }]);
    expect(await valuesOf(listFile('User', 1, 1001))).toMatchObject([
      { persons: [], errors: [{ line: 2, column: 'User', code: 'too_many_persons' }] },
    ]);
  });

  it('S2: a row with many persons counts as so many rows, before it is planned and after', async () => {
    const rows = await valuesOf(listFile('User', 5, 30));
    const file = { ...nothingElse, rules, rows: () => Readable.from(rows) };
    const chunks: number[] = [];
    for await (const chunk of judgedChunks(file, 70)) chunks.push(chunk.length);
    expect(chunks).toEqual([2, 2, 1]);

    const { database } = world.app;
    const transaction = vi.spyOn(database, 'transaction');
    const done = await upload(world.admin, listFile('User', 5, 30), { kind: 'keys' });
    expect(done.body).toMatchObject({ status: 'done', created: { key: 5, assignment: 150 } });
    // Its judgement, each of its rows, and what begins and ends it.
    expect(transaction.mock.calls.length).toBeGreaterThan(5);
    transaction.mockRestore();
  });

  it('S2: a list of a million is added to another, and has a greatest', () => {
    const more = Array.from({ length: 1_000_000 }, (_, i) => i);
    const list: number[] = [];
    append(list, more);
    expect(list).toHaveLength(1_000_000);
    expect(greatest(more)).toBe(999_999);
    expect(greatest([], 1)).toBe(1);
  });
});
