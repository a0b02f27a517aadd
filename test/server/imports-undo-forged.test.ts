import { describe, expect, it } from 'vitest';
import { endSilentImports } from '../../src/server/imports/plan/import-row.ts';
import { addKey, freshLicenseKey } from '../harness/arrange.ts';
import { rewriteEntry, unguarded } from '../harness/forged-log.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

/** What a writer of the database puts in the place of how far an undo is. */
const made = { key: 0, assignment: 0, license: 0, equipment: 0, product: 0, customer: 0 };
const wrongReport = {
  before: 0,
  deleted: { ...made, key: 'all of them' },
  putBack: 70_000,
  left: [],
  leftCount: 'call 555',
};

async function imported({ admin }: World, mark: string): Promise<string> {
  const rows = [1, 2].map((i) => `${freshLicenseKey()},Forged ${mark},Customer ${mark},user ${i}`);
  const { body } = await upload(admin, `key,product,customer,user\n${rows.join('\n')}\n`, { kind: 'keys' });
  expect(body).toMatchObject({ status: 'done', created: { key: 2, customer: 1 } });
  return body.id;
}

function forge({ database }: World, id: string, row: object): Promise<unknown> {
  return database.transaction((tx) => tx.updateTable('import').set(row).where('id', '=', id).execute());
}

async function keys({ admin }: World, mark: string): Promise<number> {
  return (await admin('GET', `/keys?q=${encodeURIComponent(`Forged ${mark}`)}`)).body.total;
}

describe.each(engines)('undoing an import in a database that somebody else wrote, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin, database } = world;
  const undo = async (id: string): Promise<Answer['body']> => (await admin('POST', `/imports/${id}/undo`)).body;
  const lastUndone = async () => (await admin('GET', '/audit?action=import.undone&sort=-idx&limit=1')).body.items[0];

  it.each([
    ['it was stopped, and has counts of its own', 'P', JSON.stringify(wrongReport)],
    ['it was stopped, as another undo', 'Q', undefined],
    ['it was stopped, and is no JSON', 'R', '{'],
  ])(
    'X7: whatever its row says, an undo deletes what its import made and says what it did: %s',
    async (_, mark, report) => {
      const mine = await addKey(world, {});
      const [first, id] = [await imported(world, `A ${mark}`), await imported(world, `B ${mark}`)];
      const other = await imported(world, `C ${mark}`);
      await undo(first);
      const row = await database.read
        .selectFrom('import')
        .selectAll()
        .where('id', '=', first)
        .executeTakeFirstOrThrow();
      const stored = report ?? row.undo_report;
      await forge(world, id, {
        log_from: 0,
        undo_status: 'stopped',
        undo_pass: 2,
        undo_next: 900_000,
        undo_report: stored,
      });
      expect((await admin('GET', `/imports/${id}`)).status).toBe(200);
      expect(await undo(id)).toMatchObject({
        status: 'undone',
        undone: {
          counts: { deleted: { ...made, key: 2, assignment: 2, product: 1, customer: 1 }, putBack: 0, left: 0 },
        },
      });
      expect((await lastUndone()).details).toMatchObject({ deleted: 6, putBack: 0, left: 0 });
      expect([await keys(world, `B ${mark}`), await keys(world, `C ${mark}`)]).toEqual([0, 2]);
      expect((await admin('GET', `/keys/${mine.id}`)).status).toBe(200);
      expect((await undo(other)).status).toBe('undone');
    },
  );

  it('X7: an import whose row looks like another one is not undone, nor one that the log lets end twice', async () => {
    const [looks, again] = [await imported(world, 'Looks'), await imported(world, 'Again')];
    await forge(world, looks, { file_name: 'test.csv' });
    expect(await undo(looks)).toMatchObject({ status: 503, code: 'log_inconsistent' });
    await forge(world, looks, { file_name: 'list.csv' });
    await forge(world, again, { status: 'running', alive_at: '2020-01-01T00:00:00.000Z' });
    await endSilentImports(world.app);
    expect(await undo(again)).toMatchObject({ status: 503, code: 'log_inconsistent' });
    expect([await keys(world, 'Looks'), await keys(world, 'Again')]).toEqual([2, 2]);
    expect(await undo(looks)).toMatchObject({ status: 'undone' });
  });

  it('X7: an old import is not undone because its row says that it was begun', async () => {
    const id = await imported(world, 'old');
    await forge(world, id, { undo_status: 'stopped', undo_next: 900_000, undo_report: JSON.stringify(wrongReport) });
    world.clock.addDays(31);
    try {
      const { body } = await admin('POST', `/imports/${id}/undo`);
      expect(body.errors?.[0]?.code).toBe('undo_too_late');
    } finally {
      world.clock.set('2026-11-21T09:00:00.000Z');
    }
    expect(await keys(world, 'old')).toBe(2);
  });
});

describe.each(engines)('undoing an import in a log that somebody else wrote, on %s', (engine) => {
  it.each([
    ['one that was written to say it', 'body'],
    ['one of another import, under its name', 'subject'],
    ['one of before tags, which anybody may have written', 'untagged'],
  ])('X7, P8: an entry that is not of the import deletes nothing: %s', async (_, how) => {
    const world = await newWorld(engine);
    const { admin, database } = world;
    const mine = await addKey(world, {});
    const [id, other] = [await imported(world, 'of it'), await imported(world, 'beside')];
    const log = await readRawLog(database);
    const told =
      log.audit_entry.find(({ key_id, action }) => key_id === mine.id && action === 'key.created')?.idx ?? -1;
    const end = log.audit_entry.find(({ subject }) => subject === `import:${other}`)?.idx ?? -1;
    const body = JSON.parse(log.audit_payload.find(({ idx }) => idx === told)?.body ?? '{}');
    rewriteEntry(log, told, { body: JSON.stringify({ ...body, imported: true, batch: id }) });
    const [entry, payload] = [log.audit_entry[told], log.audit_payload.find(({ idx }) => idx === told)];
    await unguarded(database, async (tx) => {
      const entries = tx.updateTable('audit_entry');
      if (how === 'subject') {
        await entries
          .set({ subject: `import:${id}` })
          .where('idx', '=', end)
          .execute();
        return;
      }
      const tag = how === 'untagged' ? { tag: null } : {};
      await entries
        .set({ header: entry?.header ?? '', ...tag })
        .where('idx', '=', told)
        .execute();
      await tx
        .updateTable('audit_payload')
        .set({ body: payload?.body ?? '' })
        .where('idx', '=', told)
        .execute();
    });
    if (how === 'untagged') world.app.signing.tagsFrom = told + 1;
    await forge(world, id, { log_from: 0 });
    const answer = (await admin('POST', `/imports/${id}/undo`)).body;
    if (how === 'untagged')
      expect(answer).toMatchObject({ status: 'undone', undone: { counts: { deleted: { key: 2 } } } });
    else expect(answer.code ?? answer.undone.cause.code).toBe('log_inconsistent');
    expect((await admin('GET', `/keys/${mine.id}`)).status).toBe(200);
    expect(await keys(world, 'beside')).toBe(2);
  });
});
