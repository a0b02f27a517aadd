import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { type ReadDb, reading } from '../../src/db/open.ts';
import { stopImports } from '../../src/server/imports/run/running-imports.ts';
import { addKey, addUnit, logSize } from '../harness/arrange.ts';
import { countReads } from '../harness/count-reads.ts';
import { countRows, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

// Thousands of rows, several times, on a machine that may do other work.
vi.setConfig({ testTimeout: 300_000 });

/** A list of keys; those behind `others` are of another product. */
function keysFile(count: number, mark: string, others = count): string {
  const rows = Array.from(
    { length: count },
    (_, i) =>
      `${mark}-${String(i).padStart(5, '0')}-QWERT-YUIOP-ASDFG,${i < others ? 'First' : 'Second'} ${mark},User ${i % 9}`,
  );
  return `key,product,user\n${rows.join('\n')}\n`;
}

/** Starts an import that answers before it is done; answers its id. */
async function startAsync(world: World, content: string): Promise<string> {
  const started = await upload(world.admin, content, { kind: 'keys' }, { prefer: 'respond-async' });
  return started.body.id;
}

/** Reads an import, as any client may, until it is as it should be. */
async function until(
  { admin }: World,
  id: string,
  isThere: (body: Answer['body']) => boolean,
): Promise<Answer['body']> {
  for (;;) {
    // Requests in this process take no turn of the event loop of their own, and the import needs some.
    await setImmediate();
    const { body } = await admin('GET', `/imports/${id}`);
    if (isThere(body)) return body;
    if (body.status !== 'running') throw new Error(`it is ${JSON.stringify(body)}`);
  }
}

const ended = (body: Answer['body']): boolean => body.status !== 'running';

// More than one transaction takes, in parts of which the last is not full.
const whole = 1040;

describe.each(engines)('a file of more rows than one transaction takes on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;

  it('X1: is imported whole, each record with its entry, and a second time changes nothing', async () => {
    expect(world.app.importSizes).toEqual({ atOnce: 1000, part: 250 });
    const file = keysFile(whole, 'WHOLE');
    const rehearsed = await upload(admin, file, { kind: 'keys', dryRun: 'true' });
    const created = { customer: 0, product: 1, license: 0, key: whole, equipment: 0, assignment: whole };
    expect(rehearsed.body).toMatchObject({ status: 'done', rows: whole, created, errors: [] });
    expect(await countRows(world)).toMatchObject({ key: 0, import: 0, product: 0 });
    const size = await logSize(world);
    const done = await upload(admin, file, { kind: 'keys' });
    expect(done.body).toMatchObject({ status: 'done', rows: whole, done: whole, created, unlisted: whole - 1000 });
    expect(await logSize(world)).toBe(size + 1 + 2 * whole + 1);
    expect((await admin('GET', '/keys?q=ASDFG&userName=User%203')).body.items[0]).toMatchObject({ seatsTaken: 1 });
    const again = await upload(admin, file, { kind: 'keys' });
    expect(again.body).toMatchObject({
      status: 'done',
      same: whole,
      created: { ...created, product: 0, key: 0, assignment: 0 },
    });
    expect((await admin('GET', '/audit?action=import.completed')).body.total).toBe(2);
  });

  it('S2: others write while a file is rehearsed, and many keys on units take few statements', async () => {
    const count = 600;
    const units = Array.from({ length: count }, (_, i) => `unit ${i}`);
    await upload(admin, `Name\n${units.join('\n')}\n`, { kind: 'equipment' });
    const rows = units.map((unit, i) => `UNITS-${String(i).padStart(5, '0')}-QWERT-YUIOP-ASDFG,On units,${unit}`);
    const file = `key,product,equipment\n${rows.join('\n')}\n`;
    const created = { product: 1, key: count, assignment: count };
    let isRehearsed = false;
    const { transaction } = world.app.database;
    const write = Promise.withResolvers<Answer>();
    world.app.database.transaction = (work) => {
      world.app.database.transaction = transaction;
      return transaction(async (tx) => {
        // Waits for the writer that the rehearsal has.
        write.resolve(admin('POST', '/customers', { name: 'Written meanwhile' }));
        return work(tx);
      });
    };
    const rehearsal = upload(admin, file, { kind: 'keys', dryRun: 'true' });
    void rehearsal.then(() => {
      isRehearsed = true;
    });
    const written = await write.promise;
    expect(isRehearsed).toBe(false);
    const rehearsed = await rehearsal;
    expect([written.status, rehearsed.body]).toMatchObject([201, { status: 'done', created }]);
    const { statements } = await countReads(world, async () => {
      expect((await upload(admin, file, { kind: 'keys' })).body).toMatchObject({ status: 'done', created });
    });
    expect(statements).toBeLessThan(count + 200);
    const { body } = await admin('GET', '/keys?q=on%20units&limit=1');
    expect(body.items[0]).toMatchObject({ seatsTaken: 1 });
    expect((await admin('GET', '/audit?action=key.applied&sort=-idx&limit=1')).body.items[0]).toMatchObject({
      details: { seat: 1, equipment: `unit ${count - 1}`, imported: true },
    });
  });

  it('X1: a rehearsal in parts finds that a file gives more seats than there are', async () => {
    const { id } = await addKey(world, { seats: 299 });
    const rows = Array.from({ length: 300 }, (_, i) => `${id},person ${i}`);
    const mapping = JSON.stringify({ key: 'keyId', user: 'userName' });
    const file = `key,user\n${rows.join('\n')}\n`;
    const rehearsed = await upload(admin, file, { kind: 'assignments', mapping, dryRun: 'true' });
    expect(rehearsed.body).toMatchObject({ status: 'refused', errors: [{ line: 301, code: 'seat_taken' }] });
  });
});

describe.each(engines)('a file written in parts on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 500, part: 100 } });
  const { admin } = world;

  it('X1: with one wrong row nothing of it is written, and nothing tells of it but the answer', async () => {
    const before = await countRows(world);
    const file = `${keysFile(510, 'WRONG')}NEW-KEY,,\n`;
    const refused = await upload(admin, file, { kind: 'keys' }, { 'idempotency-key': 'wrong' });
    expect(refused.body.errors).toMatchObject([{ code: 'required' }]);
    expect(refused.body.errors[0].detail).toContain('Line 512');
    expect(await countRows(world)).toEqual(before);
    const mended = await upload(admin, keysFile(1, 'MENDED'), { kind: 'keys' }, { 'idempotency-key': 'wrong' });
    expect(mended.status).toBe(201);
  });

  it('X1: asked to, it answers at once; every client sees how far it is, and no other can start meanwhile', async () => {
    const id = await startAsync(world, keysFile(550, 'ASYNC'));
    const running = await until(world, id, ({ done }) => done > 0);
    expect(running).toMatchObject({ id, rows: 550, detail: null, finishedAt: null });
    const other = await upload(admin, keysFile(501, 'OTHER'), { kind: 'keys' });
    if (running.status === 'running' && other.status === 409) expect(other.body.code).toBe('import_running');
    const done = await until(world, id, ended);
    expect(done).toMatchObject({ status: 'done', done: 550, created: { key: 550 } });
    expect(done.finishedAt).not.toBeNull();
  });

  it('X1: stopped between two transactions, what is written stays, and the same file does the rest', async () => {
    const file = keysFile(700, 'STOPP');
    const id = await startAsync(world, file);
    await until(world, id, ({ done }) => done > 0);
    const stopped = await admin('POST', `/imports/${id}/cancel`);
    expect(stopped.status).toBe(200);
    expect(stopped.body).toMatchObject({ id, status: 'stopped' });
    expect(stopped.body.done % 100).toBe(0);
    expect(stopped.body.done).toBeLessThan(700);
    expect(stopped.body.cause).toMatchObject({ code: 'cancelled', params: { name: 'Ada Admin' } });
    expect(stopped.body.detail).toContain(`Stopped by Ada Admin. ${stopped.body.done} of 700 rows are imported`);
    expect((await admin('POST', `/imports/${id}/cancel`)).body.code).toBe('import_not_running');
    const { body } = await admin('GET', '/audit?action=import.completed&sort=-idx&limit=1');
    expect(body.items[0].details).toMatchObject({ status: 'stopped', done: stopped.body.done, rows: 700 });
    const rest = await upload(admin, file, { kind: 'keys' });
    expect(rest.body).toMatchObject({ same: stopped.body.done, created: { key: 700 - stopped.body.done } });
    expect((await admin('GET', '/keys?product=first%20stopp&limit=1')).body.total).toBe(700);
  });

  it('X1: where somebody changes what later rows depend on, it says how far it came and why; mended, it goes on', async () => {
    const product = await admin('POST', '/products', { name: 'Second BREAK' });
    const path = `/products/${product.body.id}`;
    const file = keysFile(700, 'BREAK', 650);
    const id = await startAsync(world, file);
    await until(world, id, ({ done }) => done > 0);
    expect((await admin('PATCH', path, { archived: true }, { 'if-match': '*' })).status).toBe(200);
    const broken = await until(world, id, ended);
    expect(broken).toMatchObject({ status: 'failed', done: 600, rows: 700, created: { key: 600 } });
    expect(broken.errors).toHaveLength(50);
    expect(broken.errors[0]).toMatchObject({ line: 652, code: 'archived' });
    expect(broken.cause.code).toBe('record_changed');
    expect(broken.detail).toContain('600 of 700 rows are imported, and stay. Import the same file again');
    await admin('PATCH', path, { archived: false }, { 'if-match': '*' });
    const rest = await upload(admin, file, { kind: 'keys' });
    expect(rest.body).toMatchObject({ status: 'done', same: 600, created: { key: 100, product: 0 } });
  });

  it('X1: a server that is being stopped ends the import after the transaction it is in', async () => {
    const id = await startAsync(world, keysFile(700, 'ENDED'));
    await until(world, id, ({ done }) => done > 0);
    await stopImports(world.app);
    const left = (await admin('GET', `/imports/${id}`)).body;
    expect(left).toMatchObject({ status: 'failed' });
    expect(left.detail).toMatch(/^The server was stopped\. \d+00 of 700 rows are imported/);
  });
});

describe.each(engines)('a file of edited rows, written in parts, on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 100, part: 20 } });
  const { admin } = world;

  it('X3: many edited rows change their records, each as a PATCH would', async () => {
    await upload(admin, keysFile(104, 'EDITED'), { kind: 'keys' });
    const { body } = await admin('GET', '/keys?product=first%20edited&limit=1');
    const rows = await world.database.read
      .selectFrom('key')
      .select('id')
      .where('product_id', '=', body.items[0].product.id)
      .execute();
    const file = `Internal ID,Version,Other\n${rows.map(({ id }) => `${id},1,Moved`).join('\n')}\n`;
    const size = await logSize(world);
    const done = await upload(admin, file, { kind: 'keys' });
    expect(done.body).toMatchObject({ status: 'done', rows: 104, changed: 104 });
    expect(await logSize(world)).toBe(size + 104 + 1);
  });
});

describe('an import beside others on postgres', async () => {
  const world = await newWorld('postgres', {}, { importSizes: { atOnce: 4, part: 2 } });

  it('R11: a part that the database ends for another one counts its units anew when it goes again', async () => {
    await addUnit(world, 'Docking station');
    const units = async (db: ReadDb) => (await db.selectFrom('equipment').select('id').execute()).length;
    const before = await units(world.database.read);
    const transaction = world.database.transaction.bind(world.database);
    let isEnded = false;
    const spy = vi.spyOn(world.database, 'transaction').mockImplementation((work) =>
      transaction(async (tx) => {
        const result = await work(tx);
        if (isEnded || (await units(reading(tx))) === before) return result;
        isEnded = true;
        await sql`do $$ begin raise exception 'two wait for each other' using errcode = '40P01'; end $$`.execute(tx);
        return result;
      }),
    );
    const file = 'name,serial\nDocking station,\nFirst,SN-1\nSecond,SN-2\nThird,SN-3\nFourth,SN-4\n';
    const done = await upload(world.admin, file, { kind: 'equipment' });
    spy.mockRestore();
    expect(isEnded).toBe(true);
    expect(done.body).toMatchObject({ status: 'done', same: 1, created: { equipment: 4 } });
    expect(await units(world.database.read)).toBe(before + 4);
  });
});
