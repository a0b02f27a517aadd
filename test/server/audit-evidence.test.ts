import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeBase64Url } from '../../src/domain/audit/base64.ts';
import { parseCheckpoint } from '../../src/domain/audit/checkpoint.ts';
import { verifyInclusion } from '../../src/domain/audit/proofs.ts';
import { leafHash } from '../../src/domain/audit/tree.ts';
import { checkpointKeeper } from '../../src/server/audit/checkpoints.ts';
import { exportLog } from '../../src/server/audit/export-log.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { change } from '../../src/server/change.ts';
import { systemActor } from '../../src/server/people/system-actor.ts';
import { temporaryFolder, verifyApart } from '../harness/single-file-verifier.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

const anyVersion = { 'if-match': '*' };
const folder = temporaryFolder();

async function newKeys({ admin }: World, from: number, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, i) => ({
    licenseKey: `KEY-${from + i}`,
    productName: 'Office',
    keyType: 'permanent',
  }));
  const made = await admin('POST', '/keys/batch', { keys });
  expect(made.status).toBe(201);
  return made.body.items.map(({ id }: { id: string }) => id);
}

const logSize = async ({ admin }: World): Promise<number> => (await admin('GET', '/audit?limit=1')).body.total;
const storedSizes = async ({ database }: World): Promise<number[]> => {
  const rows = await database.read.selectFrom('audit_checkpoint').select('size').orderBy('size').execute();
  return rows.map(({ size }) => size);
};
/** Whoever only asks is answered with a checkpoint that is a minute old at most. */
const passMinute = ({ clock }: World) => clock.addDays(1 / 1440);
const fileOf = ({ dataDir }: World, size: number) =>
  join(dataDir, 'checkpoints', `${String(size).padStart(12, '0')}.txt`);

describe.each(engines)('checkpoints on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin, app } = world;

  it('L9: the newest is signed, complete, kept in the database and as a file with the public key beside it', async () => {
    await newKeys(world, 1000, 3);
    const size = await logSize(world);
    const { body } = await admin('GET', '/audit/checkpoint');
    expect(body).toMatchObject({ size, origin: expect.stringMatching(/^keybook\//) });
    expect(parseCheckpoint(body.checkpoint)).toMatchObject({ size, origin: body.origin });
    expect(readFileSync(fileOf(world, size), 'utf8')).toBe(body.checkpoint);
    expect(readFileSync(join(world.dataDir, 'checkpoints', 'public-key.txt'), 'utf8')).toBe(`${body.publicKey}\n`);
    expect((await admin('GET', '/audit/checkpoint')).body).toEqual(body);
    expect(await storedSizes(world)).toEqual([size]);
    const verdict = await verifyDatabase(world.database, { pinnedKey: body.publicKey, outside: [body.checkpoint] });
    expect(verdict).toMatchObject({ ok: true, problems: [], warnings: [], checkpointsVerified: 2, keyPinned: true });
  });

  it('L10, S1: evidence asked for again has no checkpoint made anew while nothing but such exports came since', async () => {
    const [keyId] = await newKeys(world, 1500, 1);
    const ask = async () => (await admin('POST', '/audit/export', { keyId })).body;
    const first = await ask();
    const before = await storedSizes(world);
    for (let i = 0; i < 3; i += 1) expect((await ask()).checkpoint).toBe(first.checkpoint);
    expect(await storedSizes(world)).toEqual(before);
    await admin('PATCH', `/keys/${keyId}`, { code: 'changed' }, anyVersion);
    const later = await ask();
    expect(later.entries.length).toBe(first.entries.length + 1);
    expect(await storedSizes(world)).toEqual([...before, later.completeTo]);
  });

  it('S5: whoever asks after every change has one made a minute, and every one that is asked for is signed', async () => {
    passMinute(world);
    const before = await storedSizes(world);
    const seen = new Set<number>();
    for (let i = 0; i < 5; i += 1) {
      await newKeys(world, 1800 + i, 1);
      const { body } = await admin('GET', '/audit/checkpoint');
      expect(parseCheckpoint(body.checkpoint)?.size).toBe(body.size);
      seen.add(body.size);
    }
    expect(await storedSizes(world)).toEqual([...before, ...seen]);
    expect(seen.size).toBe(1);
    passMinute(world);
    expect((await admin('GET', '/audit/checkpoint')).body.size).toBe(await logSize(world));
  });

  it('L9: of many asked for at once, one is made', async () => {
    await newKeys(world, 2000, 1);
    passMinute(world);
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin('GET', '/audit/checkpoint')));
    expect(new Set(answers.map(({ body }) => body.checkpoint)).size).toBe(1);
    expect((await storedSizes(world)).length).toBe(6);
  });

  it('L9: they are made every 1,000 entries, after every erasure, hourly if changed, and at the end', async () => {
    const keeper = checkpointKeeper(app);
    app.onAppended = keeper.onAppended;
    const [first = ''] = await newKeys(world, 3000, 995);
    await keeper.stop();
    const sizes = await storedSizes(world);
    expect(sizes.at(-1)).toBe(await logSize(world));
    await keeper.hourly();
    expect(await storedSizes(world)).toEqual(sizes);

    await newKeys(world, 4000, 5);
    expect(await storedSizes(world)).toEqual(sizes);
    await keeper.hourly();
    const hourly = await logSize(world);
    expect(await storedSizes(world)).toEqual([...sizes, hourly]);

    await newKeys(world, 5000, 999);
    expect((await storedSizes(world)).at(-1)).toBe(hourly);
    await newKeys(world, 6000, 1);
    await expect.poll(() => storedSizes(world)).toEqual([...sizes, hourly, hourly + 1000]);

    await admin('DELETE', `/keys/${first}`, undefined, anyVersion);
    await expect.poll(() => storedSizes(world)).toEqual([...sizes, hourly, hourly + 1000, hourly + 1002]);
    await keeper.stop();
    expect(await verifyDatabase(world.database)).toMatchObject({ ok: true, checkpointsVerified: sizes.length + 3 });
  });

  it('L9: one that cannot be written fails neither the change nor the other copy', async () => {
    const bugs: unknown[] = [];
    const reportBug = (thrown: unknown): void => {
      bugs.push(thrown);
    };
    const checkpoints = join(world.dataDir, 'checkpoints');
    rmSync(checkpoints, { recursive: true });
    writeFileSync(checkpoints, 'not a folder');
    const keeper = checkpointKeeper({ ...app, reportBug });
    await newKeys(world, 7000, 1);
    await keeper.stop();
    expect((await storedSizes(world)).at(-1)).toBe(await logSize(world));
    // Neither the witness of the tags nor the checkpoint could be written as a file.
    const told = { code: expect.stringMatching(/EEXIST|ENOTDIR/) };
    expect(bugs).toMatchObject([told, told]);
    const broken = {
      ...app.vault,
      sign: (): never => {
        throw new Error('no signature today');
      },
    };
    const failing = checkpointKeeper({ ...app, vault: broken, reportBug });
    await newKeys(world, 7001, 1);
    failing.onAppended(await logSize(world), true);
    await failing.stop();
    expect(bugs.slice(2).map(String)).toEqual(expect.arrayContaining(['Error: no signature today']));
    rmSync(checkpoints);
  });

  it('L9: a file with a checkpoint that says something else is left as it is: it is the witness', async () => {
    passMinute(world);
    const { size: before, checkpoint } = (await admin('GET', '/audit/checkpoint')).body;
    await newKeys(world, 8000, 1);
    const size = await logSize(world);
    writeFileSync(fileOf(world, size), checkpoint);
    passMinute(world);
    expect((await admin('GET', '/audit/checkpoint')).body.size).toBe(size);
    expect(readFileSync(fileOf(world, size), 'utf8')).toBe(checkpoint);
    expect(readdirSync(join(world.dataDir, 'checkpoints')).toSorted()).toEqual([
      `${String(before).padStart(12, '0')}.txt`,
      `${String(size).padStart(12, '0')}.txt`,
      'public-key.txt',
      'tags-begun.json',
    ]);
  });

  it('L9: a file that holds no checkpoint is put aside, and the checkpoint written', async () => {
    await newKeys(world, 9000, 1);
    const size = await logSize(world);
    writeFileSync(fileOf(world, size), 'of another log');
    passMinute(world);
    const { checkpoint } = (await admin('GET', '/audit/checkpoint')).body;
    expect(readFileSync(fileOf(world, size), 'utf8')).toBe(checkpoint);
    expect(readFileSync(`${fileOf(world, size)}.unreadable`, 'utf8')).toBe('of another log');
  });
});

describe.each(engines)('proofs and evidence on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const file = (name: string) => join(folder, `${engine}-${name}`);
  const [kept = '', gone = ''] = await newKeys(world, 1000, 300);
  const customer = await world.database.read.selectFrom('customer').select('id').executeTakeFirstOrThrow();
  const auditor = await world.tokenFor('auditor', [world.houseId]);
  const nobody = await world.tokenFor('auditor', []);
  const technician = await world.tokenFor('technician');
  for (const id of [kept, gone]) {
    const applied = await admin('POST', `/keys/${id}/assignments`, { userName: 'Anna Berg' });
    await admin('DELETE', `/assignments/${applied.body.id}`, undefined, anyVersion);
  }
  const { publicKey: key } = (await admin('GET', '/audit/checkpoint')).body;

  it('L9: an entry is proven against the newest checkpoint', async () => {
    const size = await logSize(world);
    for (const idx of [0, 1, 5, 255, 256, 300, size - 1]) {
      const { body } = await admin('GET', `/audit/${idx}/proof`);
      const checkpoint = parseCheckpoint(body.checkpoint);
      const root = checkpoint?.root ?? new Uint8Array();
      const proof = body.proof.map(decodeBase64Url);
      const leaf = leafHash(sha256, body.header);
      expect(body).toMatchObject({ idx, size: checkpoint?.size });
      expect(decodeBase64Url(body.leaf)).toEqual(new Uint8Array(leaf));
      expect(proof.length).toBeLessThan(10);
      expect(verifyInclusion(sha256, { index: idx, size: body.size, leaf, proof, root })).toBe(true);
    }
    expect((await admin('GET', `/audit/${size}/proof`)).status).toBe(404);
    expect((await admin('GET', '/audit/9999999999/proof')).status).toBe(400);
    expect((await admin('GET', '/audit/x/proof')).status).toBe(400);
    expect((await nobody('GET', '/audit/5/proof')).status).toBe(404);
    expect((await auditor('GET', '/audit/0/proof')).status).toBe(404);
    const [own] = (await admin('GET', `/audit?customerId=${world.houseId}&sort=idx&limit=1`)).body.items;
    expect((await auditor('GET', `/audit/${own.idx}/proof`)).status).toBe(200);
  });

  it('L10: evidence of a key is accepted by a verifier that has only the file, and its making is recorded', async () => {
    const size = await logSize(world);
    const { status, body } = await admin('POST', '/audit/export', { keyId: kept });
    expect(status).toBe(200);
    expect(body).toMatchObject({ keybookEvidence: 1, filter: { keyId: kept }, completeTo: size });
    const verdict = verifyApart(file('key.json'), { text: JSON.stringify(body), key });
    expect(verdict).toMatchObject({ ok: true, problems: [], status: 0, entries: 3, completeTo: size, keyPinned: true });
    expect(verdict.warnings.join()).not.toContain('left out');
    const record = await admin('GET', '/audit?action=export.completed&limit=1');
    expect(record.body.items[0]).toMatchObject({
      idx: size,
      sentence: 'Export made by Ada Admin',
      details: { kind: 'evidence', keyId: kept, entries: 3, completeTo: size },
    });
  });

  it('L10: evidence of a deleted key shows what was erased, by which entry', async () => {
    await admin('DELETE', `/keys/${gone}`, undefined, anyVersion);
    const { body } = await admin('POST', '/audit/export', { keyId: gone });
    expect(body.entries.map((entry: { body: unknown }) => entry.body !== null)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(verifyApart(file('deleted.json'), { text: JSON.stringify(body), key })).toMatchObject({
      ok: true,
      status: 0,
    });
  });

  it('L10: evidence of a customer, a period, or both holds all of it, with what erased its content', async () => {
    const ofHouse = await admin('POST', '/audit/export', { customerId: customer.id });
    const listed = await admin('GET', `/audit?customerId=${customer.id}&limit=1`);
    expect(ofHouse.body.entries.length).toBe(listed.body.total - 1);
    expect(verifyApart(file('house.json'), { text: JSON.stringify(ofHouse.body), key })).toMatchObject({ ok: true });

    world.clock.set('2026-11-24T23:30:00.000Z');
    await newKeys(world, 2000, 2);
    const day = { from: '2026-11-25', to: '2026-11-25' };
    const ofDay = await admin('POST', '/audit/export', day);
    expect(ofDay.body).toMatchObject({
      filter: { from: '2026-11-24T23:00:00.000Z', to: '2026-11-25T22:59:59.999Z' },
      entries: [{}, {}],
    });
    expect(verifyApart(file('day.json'), { text: JSON.stringify(ofDay.body), key })).toMatchObject({ ok: true });
    const both = await admin('POST', '/audit/export', { customerId: customer.id, keyId: kept, to: '2026-11-24' });
    expect(both.body.entries.length).toBe(3);
    expect(verifyApart(file('both.json'), { text: JSON.stringify(both.body), key })).toMatchObject({ ok: true });
    const quiet = await admin('POST', '/audit/export', { from: '2026-12-24' });
    expect(quiet.body.entries).toEqual([]);
    expect(verifyApart(file('quiet.json'), { text: JSON.stringify(quiet.body), key })).toMatchObject({ ok: true });
  });

  it('L10, P2: evidence for somebody limited to customers says so, and names nothing beyond', async () => {
    const { body } = await auditor('POST', '/audit/export', { keyId: kept });
    expect(body.filter).toEqual({ keyId: kept, customerIds: [world.houseId] });
    expect(verifyApart(file('limited.json'), { text: JSON.stringify(body), key })).toMatchObject({ ok: true });
    for (const about of [{ keyId: kept }, { customerId: world.houseId }, { equipmentId: 'x' }])
      expect(await nobody('POST', '/audit/export', about)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await admin('POST', '/audit/export', { keyId: 'x' })).status).toBe(404);
    expect((await technician('POST', '/audit/export', { keyId: kept })).status).toBe(403);
    expect((await technician('GET', '/audit/4/proof')).status).toBe(403);
  });

  it('L10: evidence about nothing, or a period that ends before it begins, is refused', async () => {
    expect((await admin('POST', '/audit/export', {})).body).toMatchObject({
      status: 400,
      errors: [{ code: 'required' }],
    });
    const backwards = await admin('POST', '/audit/export', { from: '2026-11-22', to: '2026-11-21' });
    expect(backwards.body).toMatchObject({ status: 400, errors: [{ pointer: '/to' }] });
  });

  it('L10, S12: of long entries it takes as many as fit into memory, and says so', async () => {
    const longer = await newWorld(engine);
    const { body: product } = await longer.admin('POST', '/products', { name: 'Long story' });
    const draft = (i: number) => ({
      action: 'product.updated' as const,
      subject: `product:${product.id}`,
      details: { remarks: `${i} ${'long '.repeat(200_000)}` },
    });
    const now = () => longer.clock.now().toISOString();
    const by = {
      app: longer.app,
      actor: systemActor('local'),
      address: undefined,
      idempotency: undefined,
      asked: undefined,
      now,
    };
    for (let i = 0; i < 34; i += 1) await change(by, async () => ({ result: {}, audit: draft(i) }));
    const today = now().slice(0, 10);
    const answer = await longer.admin('POST', '/audit/export', { from: today });
    expect([answer.status, answer.body.code]).toEqual([413, 'too_large']);
  });

  it('L10: an entry that is changed, or left out, is found in the evidence', async () => {
    const { body } = await admin('POST', '/audit/export', { keyId: kept });
    const [first, second, third] = body.entries;
    const text = (entries: unknown[]) => JSON.stringify({ ...body, entries });
    const edited = { ...second, body: second.body.replace('Anna', 'Hans') };
    const found = [
      verifyApart(file('edited.json'), { text: text([first, edited, third]), key }),
      verifyApart(file('without.json'), { text: text([first, third]), key }),
    ];
    expect(found.map(({ ok, firstBad, status }) => [ok, firstBad?.idx, firstBad?.code, status])).toEqual([
      [false, second.idx, 'payload', 1],
      [false, third.idx, 'link', 1],
    ]);
  });

  it('L9: the exported log is accepted by the single-file verifier, while the log goes on', async () => {
    passMinute(world);
    const { checkpoint, publicKey } = (await admin('GET', '/audit/checkpoint')).body;
    const size = await logSize(world);
    let text = '';
    for await (const line of exportLog(world.database)) {
      if (text === '') await newKeys(world, 3000, 1);
      text += line;
    }
    const verdict = verifyApart(file('log.jsonl'), { text, key: publicKey, outside: [checkpoint] });
    expect(verdict).toMatchObject({ ok: true, size, problems: [], warnings: [], status: 0 });
    expect(await logSize(world)).toBe(size + 1);
  });
});
