import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { migrationsFor } from '../../src/db/migrate.ts';
import { everythingStored, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

const anyVersion = { 'if-match': '*' };
const text = 'JTBR-5N8C-XQZ4-20002';
const later = { prefer: 'respond-async' };

/** Imports a file that nobody waits for, and answers what is read of it when it has ended. */
async function ended({ admin }: World, content: string, fields: Record<string, string>): Promise<Answer['body']> {
  const started = await upload(admin, content, fields, later);
  expect(started.status).toBe(201);
  for (;;) {
    // Requests in this process take no turn of the event loop of their own, and the import needs some.
    await setImmediate();
    const { body } = await admin('GET', `/imports/${started.body.id}`);
    if (body.status !== 'running') return body;
  }
}

const reportsOf = async ({ database }: World): Promise<string> =>
  (await database.read.selectFrom('import').select('report').execute()).map(({ report }) => report).join('\n');

describe.each(engines)('what is kept of a refused import on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const seat = `License Key;Product;Type;User\n${text};JetBrains;Permanent;Jonas Verysecretname\n`;
  const units = 'name;serialNumber\nLAPTOP-OF-VERYSECRET;SN-VERYSECRET\n';
  await upload(admin, seat, { kind: 'keys' });
  await upload(admin, units, { kind: 'equipment' });
  const taken = `License Key;Equipment\n${text};LAPTOP-OF-VERYSECRET\n`;

  it('K16: the answer says who has the seat, and the report only that it is taken', async () => {
    const now = await upload(admin, taken, { kind: 'assignments' });
    expect(now.body.errors[0].detail).toContain('taken by Jonas Verysecretname');
    const report = await ended(world, taken, { kind: 'assignments' });
    expect(report).toMatchObject({ status: 'refused', rows: 1 });
    expect(report.errors).toEqual([
      { line: 2, column: null, code: 'seat_taken', detail: 'No seat of this key is free.' },
    ]);
    expect(await reportsOf(world)).not.toContain('Verysecret');
  });

  it('K16: the answer names a repeated key by its mask, and the report only its line', async () => {
    const twice = 'License Key;Product;Type\nAAAA-BBBB-CCCC-70007;X;Permanent\nAAAA-BBBB-CCCC-70007;X;Permanent\n';
    expect((await upload(admin, twice, { kind: 'keys' })).body.errors[0].detail).toContain('•0007');
    const report = await ended(world, twice, { kind: 'keys' });
    expect(report.errors).toEqual([
      { line: 3, column: '1', code: 'repeated', detail: 'An earlier row says the same.', params: { first: 2 } },
    ]);
    expect(await reportsOf(world)).not.toContain('•0007');
  });

  it('K16: a column that the mapping names is kept by its number', async () => {
    const file = 'key;Jonas Verysecretname\nNEW-KEY-1;\n';
    const mapping = JSON.stringify({ key: 'licenseKey', 'Jonas Verysecretname': 'productName' });
    const report = await ended(world, file, { kind: 'keys', mapping });
    expect(report.errors).toMatchObject([{ line: 2, column: '2', code: 'required', detail: 'Fill this in.' }]);
    expect(await reportsOf(world)).not.toContain('Verysecret');
  });

  it('K16: letters of a license key are named in the answer, and not kept', async () => {
    const file = 'License Key;Product;Type\nPRÜF-8888-CCCC;X;Permanent\n';
    const done = await upload(admin, file, { kind: 'keys' });
    expect(done.body.warnings[0].detail).toContain('U+00DC');
    const { body } = await admin('GET', `/imports/${done.body.id}`);
    expect(body.warnings).toMatchObject([{ line: 2, column: '1', code: 'non_ascii', params: { names: '…' } }]);
    expect(await reportsOf(world)).not.toContain('U+00DC');
  });

  it('L6: after the key is deleted, nothing stored has the name of who had it', async () => {
    const find = async (path: string) => (await admin('GET', path)).body.items;
    for (const { id } of await find('/assignments')) await admin('DELETE', `/assignments/${id}`, undefined, anyVersion);
    for (const { id } of await find('/keys')) await admin('DELETE', `/keys/${id}`, undefined, anyVersion);
    expect(await everythingStored(world)).not.toMatch(/Jonas|20002/);
  });

  it('K16: reports of earlier versions lose what they named', async () => {
    const { id } = await world.database.read
      .selectFrom('import')
      .select('id')
      .where('status', '=', 'refused')
      .executeTakeFirstOrThrow();
    const fault = { line: 2, column: 'User', code: 'seat_taken', detail: 'This key is taken by Jonas Verysecretname.' };
    const named = {
      line: 3,
      column: '4',
      code: 'product_shared',
      detail: 'x',
      params: { administrators: 'Ada', max: 3 },
    };
    const report = JSON.stringify({ created: { key: 1 }, errors: [fault], warnings: [named] });
    await world.database.admin.updateTable('import').set({ report }).where('id', '=', id).execute();
    await migrationsFor({ engine })['0015-fault-texts']?.up(world.database.admin);
    expect(await reportsOf(world)).not.toMatch(/Jonas|User|Ada/);
    expect((await admin('GET', `/imports/${id}`)).body).toMatchObject({
      created: { key: 1 },
      errors: [{ line: 2, column: null, code: 'seat_taken', detail: 'No seat of this key is free.' }],
      warnings: [{ line: 3, column: '4', code: 'product_shared', params: { administrators: '…', max: 3 } }],
    });
  });
});
