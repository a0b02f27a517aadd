import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { encodeVerifierKey } from '../../src/domain/audit/checkpoint.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { publicKeyOf } from '../../src/server/secrets/vault.ts';
import { atEnd } from '../harness/at-end.ts';
import { forgeLog, insertEntry, putBack, rewriteEntry, unguarded } from '../harness/forged-log.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { ask, type Env, install, keybook, newFolder, read, serve } from '../harness/process.ts';
import { type RawLog, readRawLog } from '../harness/raw-log.ts';
import { newDatabase } from '../harness/run-postgres.ts';
import { type EngineName, engines } from '../harness/world.ts';

/** Where a database lies, for the program and for somebody with write access to it. */
async function location(engine: EngineName): Promise<{ env: Env; open: () => Database }> {
  const DATA_DIR = newFolder();
  if (engine === 'sqlite')
    return { env: { DATA_DIR }, open: () => openDatabase({ file: join(DATA_DIR, 'keybook.db') }) };
  const url = await newDatabase();
  atEnd(() => dropDatabase(url));
  return { env: { DATA_DIR, DATABASE_URL: url }, open: () => openDatabase({ url }) };
}

/**
 * An installation whose server was killed: its newest checkpoint does not cover the newest entries. `signed` is how many
 * it covers.
 */
async function killed(engine: EngineName): Promise<{ env: Env; open: () => Database; signed: number }> {
  const { env, open } = await location(engine);
  const { server, env: with_ } = await install(env);
  const addKey = (licenseKey: string) =>
    ask({ env: with_ }, 'POST', '/keys', { licenseKey, productName: 'Office', keyType: 'permanent' });
  for (const text of ['FORGED-1', 'FORGED-2']) expect((await addKey(text)).status).toBe(201);
  // Who asks for a proof has the log signed as it is.
  const signed = (await ask({ env: with_ }, 'GET', '/audit/0/proof')).body.size;
  for (const text of ['FORGED-3', 'FORGED-4', 'FORGED-5']) expect((await addKey(text)).status).toBe(201);
  await server.end('SIGKILL');
  return { env, open, signed };
}

/** What is done to the log, and which entry is then bad; entries are counted from the first that is not signed. */
type Forgery = {
  name: string;
  forge: (log: RawLog, signed: number) => void;
  bad: (size: number, signed: number) => number;
};

const withTag = (log: RawLog, idx: number, tag: string | null): void => {
  const entry = log.audit_entry[idx];
  // Where entries have none, there is nothing to forge.
  if (entry && 'tag' in entry) Object.assign(entry, { tag });
};

const forgeries: Forgery[] = [
  {
    name: "an entry inserted in another's name",
    forge: (log) => insertEntry(log, log.audit_entry.length - 1, 'somebody-else'),
    bad: (size) => size,
  },
  {
    name: 'an entry altered above the newest checkpoint, all else made to fit',
    forge: (log, signed) => rewriteEntry(log, signed, { actor: 'somebody-else' }),
    bad: (_, signed) => signed,
  },
  {
    name: 'content exchanged above the newest checkpoint, with what its header commits to',
    forge: (log, signed) => {
      const body = log.audit_payload[signed + 1]?.body ?? '';
      rewriteEntry(log, signed + 1, { body: body.replaceAll('Ada Admin', 'Eve Elsewhere') });
    },
    bad: (_, signed) => signed + 1,
  },
  {
    name: 'a tag taken away',
    forge: (log, signed) => withTag(log, signed, null),
    bad: (_, signed) => signed,
  },
  {
    name: 'the tag of another entry',
    forge: (log, signed) => withTag(log, signed, Object(log.audit_entry[signed + 1]).tag ?? ''),
    bad: (_, signed) => signed,
  },
  {
    name: 'the newest entries dropped, with the checkpoints of the database',
    forge: (log, signed) => {
      for (const table of ['audit_entry', 'audit_payload'] as const) log[table].splice(signed - 1);
      log.audit_checkpoint.splice(0);
    },
    bad: (_, signed) => signed - 1,
  },
];

describe.each(engines)('forged entries on %s', async (engine) => {
  const { env, open, signed } = await killed(engine);
  const database = open();
  atEnd(() => database.close());

  it('S3: the log as it is verifies', async () => {
    const verified = await keybook(['audit', 'verify'], env);
    expect(verified.stdout).toMatch(/^ok: /);
    expect((await keybook(['doctor'], env)).stdout).not.toContain('BAD');
  });

  it.each(forgeries)(
    'S3, V4: $name is named by audit verify and by doctor, which leaves the log alone',
    async (one) => {
      const whole = await readRawLog(database);
      const bad = one.bad(whole.audit_entry.length, signed);
      await forgeLog(database, (log) => one.forge(log, signed));
      try {
        const verified = await keybook(['audit', 'verify', '--json'], env);
        expect(verified.status, verified.stdout).toBe(1);
        expect(JSON.parse(verified.stdout).firstBad).toMatchObject({ idx: bad });
        const before = await readRawLog(database);
        const examined = await keybook(['doctor'], env);
        expect(examined.status).toBe(1);
        expect(examined.stdout).toMatch(new RegExp(`^BAD {2}log: .*${bad}`, 'm'));
        expect(await readRawLog(database)).toEqual(before);
      } finally {
        await putBack(database, whole);
      }
    },
  );

  it('S3, V3, security 55: nothing forged is signed: neither an entry in another’s name nor a log that its kept checkpoints deny', async () => {
    const attacks: ((log: RawLog) => void)[] = [
      (log) => insertEntry(log, log.audit_entry.length - 1, 'somebody-else'),
      (log) => {
        rewriteEntry(log, signed - 1, { actor: 'somebody-else' });
        log.audit_checkpoint.splice(0);
      },
    ];
    const token = (await keybook(['token', 'create', '--user', 'ada@nordwind.example'], env)).stdout.trim();
    const now = await readRawLog(database);
    for (const attack of attacks) {
      await forgeLog(database, attack);
      const kept = () => readdirSync(join(env.DATA_DIR ?? '', 'checkpoints')).sort();
      const before = kept();
      const server = await serve(env);
      const asked = { env: { KEYBOOK_URL: server.url, KEYBOOK_TOKEN: token } };
      expect(await ask(asked, 'GET', '/audit/checkpoint')).toMatchObject({
        status: 503,
        body: { code: 'log_inconsistent' },
      });
      const ready = await read(`${server.url}/readyz`);
      expect(ready.body.checks).toContainEqual({
        name: 'log',
        ok: false,
        detail: expect.stringContaining('not what was signed'),
      });
      const { stderr } = await server.end();
      expect(stderr).toContain('"msg":"no checkpoint is signed"');
      expect(kept()).toEqual(before);
      await putBack(database, now);
    }
  });

  const distractions = {
    'nothing else': async () => undefined,
    'a step of the schema taken back': () =>
      database.admin
        .withTables<{ kysely_migration: { name: string } }>()
        .deleteFrom('kysely_migration')
        .where('name', '=', '0016-products-of-customers')
        .execute(),
    'a wrapped key changed': () =>
      database.admin
        .updateTable('wrapped_key')
        .set({ created_at: '2020-01-01T00:00:00.000Z' })
        .where('purpose', '=', 'digest')
        .execute(),
  };

  it.each(Object.entries(distractions))(
    'S3, V4: a log under a key of somebody else’s, with %s, is not what was signed',
    async (_, distract) => {
      const whole = await readRawLog(database);
      const identity = await database.read.selectFrom('log_identity').selectAll().executeTakeFirstOrThrow();
      const steps = () => sql<{ name: string }>`select * from kysely_migration`.execute(database.admin);
      const [{ rows: before }, wrapped] = [
        await steps(),
        await database.read.selectFrom('wrapped_key').selectAll().execute(),
      ];
      await forgeLog(database, (log) => {
        rewriteEntry(log, signed - 1, { actor: 'somebody-else' });
        log.audit_checkpoint.splice(0);
      });
      const theirs = encodeVerifierKey(sha256, identity.origin, publicKeyOf(Buffer.alloc(32, 7)));
      const name = (public_key: string) =>
        unguarded(database, async (tx) => {
          await tx.updateTable('log_identity').set({ public_key }).execute();
        });
      await name(theirs);
      await distract();
      try {
        const verified = await keybook(['audit', 'verify'], env);
        expect([verified.status, verified.stdout], verified.stderr).toEqual([1, expect.not.stringMatching(/^ok/)]);
      } finally {
        await putBack(database, whole);
        await name(identity.public_key);
        for (const { id, created_at } of wrapped)
          await database.admin.updateTable('wrapped_key').set({ created_at }).where('id', '=', id).execute();
        for (const row of before)
          await sql`insert into kysely_migration ${sql.raw(`(${Object.keys(row).map((name) => `"${name}"`)})`)}
            values (${sql.join(Object.values(row))}) on conflict do nothing`.execute(database.admin);
      }
    },
  );

  it('V6: doctor names each trigger that is gone, and breaks nothing by looking', async () => {
    const name = engine === 'sqlite' ? 'audit_entry_next' : 'audit_entry_next ON audit_entry';
    await sql.raw(`DROP TRIGGER ${name}`).execute(database.admin);
    const before = await readRawLog(database);
    const examined = await keybook(['doctor', '--fix'], env);
    expect(examined.status).toBe(1);
    expect(examined.stdout).toContain('audit_entry_next of audit_entry is missing');
    expect(await readRawLog(database)).toEqual(before);
    expect((await keybook(['audit', 'verify'], env)).stdout).toMatch(/^ok: /);
  });

  it('V6: no write goes into a log that the database no longer guards', async () => {
    const before = await readRawLog(database);
    const refused = await keybook(['token', 'create', '--user', 'ada@nordwind.example'], env);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('Nothing was saved');
    expect(await readRawLog(database)).toEqual(before);
  });
});
