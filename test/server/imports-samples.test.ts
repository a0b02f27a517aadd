import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countRows, sample, upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

type File = { name: string; content: string; kind: string; record?: string };

const own: File[] = [
  { name: 'our licenses', content: sample('snipe-it-licenses.csv'), kind: 'licenses', record: 'license' },
  { name: 'our assets', content: sample('snipe-it-assets.csv'), kind: 'equipment', record: 'equipment' },
];

/** Snipe-IT's own samples, where KEYBOOK_SAMPLE_DATA names the folder they lie in. */
function theirs(folder: string | undefined): File[] {
  if (folder === undefined) return [];
  const read = (name: string): string => readFileSync(join(folder, 'snipe-it', name), 'utf8');
  return [
    { name: 'their licenses', content: read('licenses-sample.csv'), kind: 'licenses', record: 'license' },
    { name: 'their assets', content: read('assets-sample.csv'), kind: 'equipment', record: 'equipment' },
    // People are names on assignments: there is nothing to make of them.
    { name: 'their users', content: read('users-sample.csv'), kind: 'users' },
  ];
}

describe.each(engines)('lists of Snipe-IT on %s', async (engine) => {
  const world = await newWorld(engine);

  it.each([...own, ...theirs(process.env.KEYBOOK_SAMPLE_DATA)])(
    'X2: $name: every row is accounted for, and the same file again changes nothing',
    async ({ content, kind, record }) => {
      const fields = { kind, profile: 'snipe-it' };
      const before = await countRows(world);
      const first = await upload(world.admin, content, fields);
      expect(first.body.errors).toEqual([]);
      expect(first.status).toBe(201);
      // Every row of these files makes one license or one unit.
      if (record) expect(first.body.created[record]).toBe(first.body.rows);
      const after = await countRows(world);
      for (const [table, made] of Object.entries<number>(first.body.created))
        expect(after[table as keyof typeof after] - before[table as keyof typeof before]).toBe(made); // the names are tables
      const again = await upload(world.admin, content, fields);
      expect(again.body).toMatchObject({ rows: first.body.rows, same: first.body.rows - first.body.duplicates });
      expect(await countRows(world)).toEqual({
        ...after,
        import: after.import + 1,
        audit_entry: after.audit_entry + 1,
      });
    },
  );
});
