import { describe, expect, it, vi } from 'vitest';
import { endSilentUndos } from '../../src/server/imports/undo/undo-row.ts';
import { addKey, subscription } from '../harness/arrange.ts';
import { disagreements } from '../harness/fold-log.ts';
import { countRows, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

let made = 0;

/** License keys that no other test has. */
function texts(count: number): string[] {
  return Array.from({ length: count }, () => {
    made += 1;
    return `UNDO-${String(made).padStart(5, '0')}-QWERT-YUIOP-ASDFG`;
  });
}

/** Keys of a product and a customer that are new, each with a user. */
function keysFile(keys: string[], mark: string): string {
  const rows = keys.map((text, i) => `${text},Office ${mark},Customer ${mark},user ${i}`);
  return `key,product,customer,user\n${rows.join('\n')}\n`;
}

async function imported({ admin }: World, content: string, fields: Record<string, string> = {}): Promise<string> {
  const { body } = await upload(admin, content, { kind: 'keys', ...fields });
  if (body.status !== 'done') throw new Error(JSON.stringify(body));
  return body.id;
}

async function items({ admin }: World, path: string): Promise<Answer['body'][]> {
  return (await admin('GET', path)).body.items;
}

async function added({ admin }: World, path: string, body: object): Promise<Answer['body']> {
  const made = await admin('POST', path, body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
}

async function records(world: World): Promise<Record<string, number>> {
  const { key, assignment, product, customer, license, equipment } = await countRows(world);
  return { key, assignment, product, customer, license, equipment };
}

describe.each(engines)('undoing an import on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 1000, part: 250 } });
  const { admin } = world;
  const undo = (id: string, headers = {}): Promise<Answer> => admin('POST', `/imports/${id}/undo`, undefined, headers);

  it('X7: deletes all that it made, keys with what the log says of them, and says so in one entry', async () => {
    const before = await records(world);
    const id = await imported(world, keysFile(texts(4), 'A'));
    const [fresh] = await items(world, '/keys?sort=-createdAt&limit=1');
    expect((await admin('GET', `/imports/${id}`)).body).toMatchObject({
      status: 'done',
      undone: null,
      undoableUntil: '2026-12-21T09:00:00.000Z',
    });
    const done = await undo(id, { 'idempotency-key': 'undo-a' });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      status: 'undone',
      undoableUntil: null,
      undone: {
        by: 'Ada Admin',
        share: 1,
        cause: null,
        counts: { deleted: { key: 4, assignment: 4, product: 1, customer: 1 }, putBack: 0, left: 0 },
        left: [],
      },
    });
    expect(await records(world)).toEqual(before);
    const [undone, ...more] = await items(world, '/audit?action=import.undone');
    expect(undone).toMatchObject({ subject: `import:${id}`, details: { deleted: 10, putBack: 0, left: 0 } });
    expect(undone.sentence).toBe('Import "list.csv" undone by Ada Admin');
    expect(more).toEqual([]);
    const trail = await items(world, `/audit?keyId=${fresh.id}&sort=idx`);
    expect(trail.map(({ action, details }) => [action, details === null])).toEqual([
      ['key.created', true],
      ['key.applied', true],
      ['key.deleted', false],
      ['entries.erased', false],
    ]);
    expect(trail[2].details).toMatchObject({ erasedEntries: 2, undone: true, batch: id });
    expect((await undo(id, { 'idempotency-key': 'undo-a' })).body).toEqual(done.body);
    expect(await disagreements(world)).toEqual([]);
  });

  it('X7: leaves what was touched since, what others point to, and says of each why', async () => {
    const licenseKeys = texts(6);
    const id = await imported(world, keysFile(licenseKeys, 'B'));
    const [applied, edited, revoked, revealed, looked, gone] = await items(world, '/keys?q=Office%20B');
    const { id: unit } = await added(world, '/equipment', { name: 'On it', customerId: applied.customerId });
    await admin('PATCH', `/keys/${applied.id}`, { seats: 2 }, { 'if-match': '*' });
    expect((await admin('POST', `/keys/${applied.id}/assignments`, { equipmentId: unit })).status).toBe(201);
    await admin('PATCH', `/keys/${edited.id}`, { remarks: 'ours' }, { 'if-match': '*' });
    const revocation = { reason: 'lost', removeAssignments: true };
    expect((await admin('POST', `/keys/${revoked.id}/revocation`, revocation)).status).toBe(200);
    expect((await admin('POST', `/keys/${revealed.id}/reveal`)).status).toBe(200);
    for (const licenseKey of licenseKeys) await admin('POST', '/keys/lookup', { licenseKey });
    const [assignment] = await items(world, `/assignments?keyId=${gone.id}`);
    await admin('DELETE', `/assignments/${assignment.id}`, undefined, { 'if-match': '*' });
    expect((await admin('DELETE', `/keys/${gone.id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    const { body } = await undo(id);
    expect(body.undone.counts).toMatchObject({ deleted: { key: 1, product: 0, customer: 0 }, left: 6 });
    const why = new Map(body.undone.left.map((left: Answer['body']) => [left.id, left.code]));
    expect(why.get(applied.id)).toBe('applied_since');
    expect(why.get(edited.id)).toBe('changed_since');
    expect(why.get(revoked.id)).toBe('revoked_since');
    expect(why.get(revealed.id)).toBe('revealed_since');
    expect(why.has(looked.id)).toBe(false);
    expect(body.undone.left).toContainEqual({
      record: 'product',
      id: applied.product.id,
      name: 'Office B',
      code: 'still_in_use',
      detail: 'Other records point to it.',
    });
    expect(body.undone.left.find((left: Answer['body']) => left.id === edited.id).name).toBe(
      `Office B - ${edited.maskedKey}`,
    );
    expect((await admin('GET', `/keys/${looked.id}`)).status).toBe(404);
    expect(await disagreements(world)).toEqual([]);
  });

  it('X7: puts back the fields it changed, unless somebody changed them since', async () => {
    const { id: unit } = await added(world, '/equipment', { name: 'Desk 1', location: 'Attic' });
    const { id: key } = await addKey(world, { remarks: 'before', ...subscription('2027-06-30') });
    const { id: other } = await addKey(world, { remarks: 'before' });
    const { id: mine } = await added(world, '/customers', { name: 'Mine before' });
    const { body: units } = await admin('GET', `/equipment/${unit}`);
    const importedUnits = await imported(world, `id,version,name,location\n${unit},${units.version},Desk 2,Cellar\n`, {
      kind: 'equipment',
      mapping: JSON.stringify({ id: 'id', version: 'version', name: 'name', location: 'location' }),
    });
    const rows = [`${key},1,after,2027-07-31,Product of it,Mine after`, `${other},1,after,,Office 2026,Nordwind IT`];
    const file = `id,version,other,until,feature,customer\n${rows.join('\n')}\n`;
    const fields = { other: 'remarks', until: 'validityEnd', feature: 'productName', customer: 'customer' };
    const mapping = JSON.stringify({ id: 'id', version: 'version', ...fields });
    const started = await upload(admin, file, { kind: 'keys', mapping });
    expect(started.body).toMatchObject({ status: 'done', changed: 2, created: { product: 1, customer: 1 } });
    await admin('PATCH', `/keys/${other}`, { remarks: 'since' }, { 'if-match': '*' });
    const unitsUndone = await undo(importedUnits);
    expect(unitsUndone.body.undone.counts).toMatchObject({ putBack: 1, left: 0 });
    expect((await admin('GET', `/equipment/${unit}`)).body).toMatchObject({ name: 'Desk 1', location: 'Attic' });
    const keysUndone = await undo(started.body.id);
    expect(keysUndone.body.undone.counts).toMatchObject({
      deleted: { product: 1, customer: 1 },
      putBack: 1,
      left: 1,
    });
    expect((await admin('GET', `/keys/${key}`)).body).toMatchObject({
      remarks: 'before',
      validityEnd: '2027-06-30',
      customerId: world.houseId,
    });
    expect((await admin('GET', `/keys/${other}`)).body.remarks).toBe('since');
    expect(keysUndone.body.undone.left).toMatchObject([{ record: 'key', id: other, code: 'changed_since' }]);
    expect((await admin('GET', `/customers/${mine}`)).status).toBe(200);
    expect(await disagreements(world)).toEqual([]);
  });

  it('X7: takes assignments away that it made of keys which stay, so that the corrected file finds nothing of them', async () => {
    const { id: key } = await addKey(world, { seats: 3 });
    const mapping = JSON.stringify({ key: 'keyId', user: 'userName' });
    const file = `key,user\n${key},anna\n${key},bert\n`;
    const id = await imported(world, file, { kind: 'assignments', mapping });
    const [bert] = await items(world, `/assignments?keyId=${key}&userName=bert`);
    await admin('PATCH', `/assignments/${bert.id}`, { remarks: 'hers now' }, { 'if-match': '*' });
    const { body } = await undo(id);
    expect(body.undone).toMatchObject({
      counts: { deleted: { assignment: 1 }, left: 1 },
      left: [{ record: 'assignment', id: bert.id, code: 'applied_since' }],
    });
    expect((await admin('GET', `/keys/${key}`)).body.seatsTaken).toBe(1);
    const [entry] = await items(world, `/audit?action=assignment.deleted&keyId=${key}`);
    expect(entry.sentence).toBe('Assignment to User "anna" undone with its import by Ada Admin');
    const again = await upload(admin, file, { kind: 'assignments', mapping });
    expect(again.body).toMatchObject({ status: 'done', created: { assignment: 1 }, same: 1 });
    expect(await disagreements(world)).toEqual([]);
  });

  it('X7: is refused a second time, after 30 days, of version 0.1.0, and to who may not', async () => {
    const code = async (id: string, call = admin) => {
      const { status, body } = await call('POST', `/imports/${id}/undo`);
      return [status, body.code, body.errors?.[0]?.code];
    };
    const id = await imported(world, keysFile(texts(1), 'C'));
    const limited = await world.tokenFor('administrator', [world.houseId]);
    expect(await code(id, limited)).toEqual([403, 'forbidden', 'customers_limited']);
    expect(await code(id, await world.tokenFor('technician'))).toEqual([403, 'forbidden', undefined]);
    await undo(id);
    expect(await code(id)).toEqual([409, 'import_not_undoable', 'undone_already']);
    const old = await imported(world, keysFile(texts(1), 'D'));
    await world.database.transaction((tx) =>
      tx.updateTable('import').set({ log_from: null }).where('id', '=', old).execute(),
    );
    expect(await code(old)).toEqual([409, 'import_not_undoable', 'undo_of_old_version']);
    expect((await admin('GET', `/imports/${old}`)).body.undoableUntil).toBe(null);
    const late = await imported(world, keysFile(texts(1), 'E'));
    // Whoever writes the database can say another time; the log has it.
    await world.database.transaction((tx) =>
      tx.updateTable('import').set({ finished_at: '2027-06-01T00:00:00.000Z' }).where('id', '=', late).execute(),
    );
    const { token } = (
      await admin('POST', '/tokens', { name: 'later', role: 'administrator', expiresOn: '2027-11-01' })
    ).body;
    world.clock.addDays(31);
    try {
      expect(await code(late, world.as(token ?? world.adminToken))).toEqual([
        409,
        'import_not_undoable',
        'undo_too_late',
      ]);
    } finally {
      world.clock.set('2026-11-21T09:00:00.000Z');
    }
  });

  it('X7: goes on where it was, after a server was ended in the middle and after it was stopped', async () => {
    const count = 1300;
    const id = await imported(world, keysFile(texts(count), 'F'));
    const { transaction } = world.app.database;
    let parts = 0;
    // The second part is where the server ends: nothing of it stays, and nobody writes what became of it.
    world.app.database.transaction = (work) => {
      parts += 1;
      if (parts > 2) return Promise.reject(new Error('ended'));
      return transaction(work);
    };
    const report = vi.spyOn(world.app, 'reportBug').mockImplementation(() => undefined);
    await undo(id);
    report.mockRestore();
    world.app.database.transaction = transaction;
    const halfway = (await admin('GET', `/imports/${id}`)).body;
    expect(halfway).toMatchObject({ status: 'undoing' });
    expect(halfway.undone.counts.deleted.key).toBeGreaterThan(0);
    expect(halfway.undone.counts.deleted.key).toBeLessThan(count);
    expect((await undo(id)).body.errors[0].code).toBe('undo_running');
    await world.database.transaction((tx) =>
      tx.updateTable('import').set({ alive_at: '2026-11-21T08:00:00.000Z' }).where('id', '=', id).execute(),
    );
    await endSilentUndos(world.app);
    expect((await admin('GET', `/imports/${id}`)).body).toMatchObject({
      status: 'undoStopped',
      undone: { cause: { code: 'server_ended' } },
    });
    await world.database.transaction((tx) =>
      tx.updateTable('import').set({ undo_status: 'running' }).where('id', '=', id).execute(),
    );
    expect((await admin('POST', `/imports/${id}/cancel`)).body).toMatchObject({
      status: 'undoStopped',
      undone: { cause: { code: 'cancelled' } },
    });
    expect((await items(world, '/audit?action=import.undone&sort=-idx&limit=1'))[0].details).toMatchObject({
      status: 'stopped',
      why: 'Stopped by Ada Admin.',
    });
    const { body } = await undo(id);
    expect(body).toMatchObject({
      status: 'undone',
      undone: { counts: { deleted: { key: count, assignment: count, product: 1, customer: 1 }, left: 0 } },
    });
    expect(await disagreements(world)).toEqual([]);
  });
});
