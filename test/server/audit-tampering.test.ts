import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { ReadDb, WriteDb } from '../../src/db/open.ts';
import { decodeBase64Url, encodeBase64Url } from '../../src/domain/audit/base64.ts';
import { checkpointBody, decodeVerifierKey, formatCheckpoint } from '../../src/domain/audit/checkpoint.ts';
import { commitmentInput, decodeHeader, encodeHeader } from '../../src/domain/audit/entry.ts';
import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { type Signer, sealLog } from '../audit-vectors/build-log.ts';
import { type Attack, attackFile, attackServer, copyDatabase } from '../harness/attack.ts';
import { joined, type RawLog, readRawLog } from '../harness/raw-log.ts';
import { temporaryFolder } from '../harness/single-file-verifier.ts';
import { engines, newWorld, type World } from '../harness/world.ts';
import { writeLog } from '../harness/written-log.ts';

const folder = temporaryFolder();
/** Entries, so that one tile is full. */
const size = 258;
/** An entry like most others: a key that was created. */
const victim = 40;

/** What somebody tries who can write everything, and where the damage then begins. */
type Case = {
  name: string;
  code: RegExp;
  firstBad: number;
  attack: Attack;
  /** Shows only against checkpoints that were kept elsewhere before. */
  onlyOutside?: true;
  /** Changes what an export does not hold. */
  notInExport?: true;
};

const statements =
  (...list: string[]): Attack =>
  async (tx) => {
    for (const statement of list) await sql.raw(statement).execute(tx);
  };

/** The signature that the installation itself can make over anything. */
function signerOf({ app }: World, log: RawLog): Signer {
  const publicKey = log.log_identity[0]?.public_key ?? '';
  const key = decodeVerifierKey(sha256, publicKey);
  if (!key) throw new Error('the log has no public key');
  return {
    publicKey,
    sign: (count, root) => {
      const body = checkpointBody(key.name, count, root);
      return formatCheckpoint(body, key.name, key.keyId, app.vault.sign(Buffer.from(body)));
    },
  };
}

/** Makes head, tiles and checkpoints of the log anew, for the entries as they now are. */
async function reseal(tx: WriteDb, signer: Signer, checkpointsAt: number[]): Promise<void> {
  // A writable handle reads as well; the narrower type is what the reader takes.
  const rows = joined(await readRawLog({ read: tx as unknown as ReadDb }));
  const { head, tiles, checkpoints } = sealLog(rows, checkpointsAt, signer);
  await tx.updateTable('audit_head').set(head).execute();
  await tx.deleteFrom('audit_tile').execute();
  await tx.deleteFrom('audit_checkpoint').execute();
  if (tiles.length > 0) await tx.insertInto('audit_tile').values(tiles).execute();
  const made = checkpoints.filter((checkpoint) => checkpoint.size <= rows.length);
  if (made.length > 0) await tx.insertInto('audit_checkpoint').values(made).execute();
}

/** Gives an entry another content that its header commits to. */
async function rewrite(tx: WriteDb, idx: number, edit: (body: string) => string): Promise<void> {
  const entry = await tx.selectFrom('audit_entry').selectAll().where('idx', '=', idx).executeTakeFirstOrThrow();
  const payload = await tx.selectFrom('audit_payload').selectAll().where('idx', '=', idx).executeTakeFirstOrThrow();
  const header = decodeHeader(entry.header);
  const salt = decodeBase64Url(payload.salt);
  if (!header || !salt) throw new Error(`entry ${idx} is damaged already`);
  const body = edit(payload.body);
  const commitment = encodeBase64Url(sha256(commitmentInput(salt, body)));
  await tx.updateTable('audit_payload').set({ body }).where('idx', '=', idx).execute();
  const changed = { header: encodeHeader({ ...header, c: commitment }) };
  await tx.updateTable('audit_entry').set(changed).where('idx', '=', idx).execute();
}

function casesOn(world: World, log: RawLog): Case[] {
  const sizes = log.audit_checkpoint.map((checkpoint) => checkpoint.size);
  const signer = signerOf(world, log);
  const { by_idx: erasing = -1, idx: erased = -1 } = log.audit_erasure[0] ?? {};
  const kept = log.audit_entry.find(({ idx, action }) => action === 'key.removed' && idx > erased)?.idx ?? -1;
  const anotherActor = `actor_id = 'x', header = replace(header, '"u":"${world.adminId}"', '"u":"x"')`;
  const headerOf = (idx: number) => `(SELECT header FROM audit_entry WHERE idx = ${idx})`;
  const swapped = (table: string, a: number, b: number) => [
    `UPDATE ${table} SET idx = -1 WHERE idx = ${a}`,
    `UPDATE ${table} SET idx = ${a} WHERE idx = ${b}`,
    `UPDATE ${table} SET idx = ${b} WHERE idx = -1`,
  ];
  const shifted = (table: string) => [
    `UPDATE ${table} SET idx = -idx - 2 WHERE idx >= ${victim}`,
    `UPDATE ${table} SET idx = -idx - 1 WHERE idx < 0`,
  ];
  const content = `UPDATE audit_payload SET body = replace(body, 'Office', 'Paint') WHERE idx = ${victim}`;
  return [
    { name: 'an edited payload', code: /payload/, firstBad: victim, attack: statements(content) },
    {
      name: 'payloads that changed places',
      code: /payload/,
      firstBad: victim,
      attack: statements(...swapped('audit_payload', victim, victim + 1)),
    },
    {
      name: 'an edited header',
      code: /columns|root/,
      firstBad: victim,
      attack: statements(
        `UPDATE audit_entry SET header = replace(header, 'key.created', 'key.revoked') WHERE idx = ${victim}`,
      ),
    },
    {
      name: 'the header of another entry',
      code: /columns/,
      firstBad: victim,
      attack: statements(`UPDATE audit_entry SET header = ${headerOf(victim + 1)} WHERE idx = ${victim}`),
    },
    {
      name: 'an edited column',
      code: /columns/,
      firstBad: victim,
      attack: statements(`UPDATE audit_entry SET customer_id = 'another' WHERE idx = ${victim}`),
      notInExport: true,
    },
    {
      name: 'another actor in header and column',
      code: /tile|root/,
      firstBad: victim,
      attack: statements(`UPDATE audit_entry SET ${anotherActor} WHERE idx = ${victim}`),
    },
    {
      name: 'a rewritten content with its commitment',
      code: /tile|root/,
      firstBad: victim,
      attack: (tx) => rewrite(tx, victim, (body) => body.replace('Office', 'Paint')),
    },
    {
      name: 'a rewritten content with its commitment, tile and head',
      code: /root|checkpoint/,
      firstBad: victim,
      attack: async (tx) => {
        await rewrite(tx, victim, (body) => body.replace('Office', 'Paint'));
        await reseal(tx, signer, []);
        await tx.insertInto('audit_checkpoint').values(log.audit_checkpoint).execute();
      },
    },
    {
      name: 'an entry dropped from the middle',
      code: /index/,
      firstBad: victim,
      attack: statements(
        `DELETE FROM audit_payload WHERE idx = ${victim}`,
        `DELETE FROM audit_entry WHERE idx = ${victim}`,
      ),
    },
    {
      name: 'entries that changed places',
      code: /columns/,
      firstBad: victim,
      attack: statements(
        ...swapped('audit_entry', victim, victim + 1),
        ...swapped('audit_payload', victim, victim + 1),
      ),
    },
    {
      name: 'an entry put in twice, the later ones moved',
      code: /columns/,
      firstBad: victim + 1,
      attack: statements(
        ...shifted('audit_entry'),
        ...shifted('audit_payload'),
        `UPDATE audit_head SET size = size + 1`,
        `INSERT INTO audit_entry SELECT ${victim}, at, action, subject, key_id, equipment_id, customer_id, actor_id,
           header, tag FROM audit_entry WHERE idx = ${victim + 1}`,
        `INSERT INTO audit_payload SELECT ${victim}, salt, body FROM audit_payload WHERE idx = ${victim + 1}`,
      ),
    },
    {
      name: 'a tail cut off',
      code: /short/,
      firstBad: 200,
      attack: statements(`DELETE FROM audit_payload WHERE idx >= 200`, `DELETE FROM audit_entry WHERE idx >= 200`),
    },
    {
      name: 'a tail cut off with every trace of it',
      code: /short/,
      firstBad: 200,
      attack: async (tx) => {
        await statements(`DELETE FROM audit_payload WHERE idx >= 200`, `DELETE FROM audit_entry WHERE idx >= 200`)(tx);
        await reseal(tx, signer, sizes);
      },
      onlyOutside: true,
    },
    {
      name: 'content erased in silence',
      code: /erasure/,
      firstBad: victim,
      attack: statements(`DELETE FROM audit_payload WHERE idx = ${victim}`),
    },
    {
      name: 'content erased with a forged record',
      code: /erasure/,
      firstBad: victim,
      attack: statements(
        `INSERT INTO audit_erasure VALUES (${victim}, ${erasing})`,
        `DELETE FROM audit_payload WHERE idx = ${victim}`,
      ),
    },
    {
      name: 'content erased with a forged record and list',
      code: /payload/,
      firstBad: erasing,
      attack: statements(
        `INSERT INTO audit_erasure VALUES (${kept}, ${erasing})`,
        `DELETE FROM audit_payload WHERE idx = ${kept}`,
        `UPDATE audit_payload SET body = replace(body, '"erased":[', '"erased":[${kept},') WHERE idx = ${erasing}`,
      ),
    },
    {
      name: 'erased content that was put back',
      code: /erasure|payload/,
      firstBad: erased,
      attack: statements(
        `DELETE FROM audit_erasure WHERE idx = ${erased}`,
        `INSERT INTO audit_payload SELECT ${erased}, salt, body FROM audit_payload WHERE idx = ${victim}`,
      ),
    },
    {
      name: 'a lost erasure record',
      code: /erasure/,
      firstBad: erased,
      attack: statements(`DELETE FROM audit_erasure WHERE idx = ${erased}`),
    },
    {
      name: 'a broken header of the entry that erased content',
      code: /header/,
      firstBad: erasing,
      attack: statements(`UPDATE audit_entry SET header = replace(header, '"v":1', '"v":2') WHERE idx = ${erasing}`),
    },
    {
      name: 'another action in the entry that erased content',
      code: /columns|erasure/,
      firstBad: erasing,
      attack: statements(
        `UPDATE audit_entry SET header = replace(header, 'entries.erased', 'key.created') WHERE idx = ${erasing}`,
      ),
    },
    {
      name: 'a log rewritten and signed anew',
      code: /root/,
      firstBad: victim,
      attack: async (tx) => {
        await rewrite(tx, victim, (body) => body.replace('Office', 'Paint'));
        await reseal(tx, signer, sizes);
      },
      onlyOutside: true,
    },
  ];
}

describe.each(engines)('L9: the log on %s', async (engine) => {
  const world = await newWorld(engine);
  await writeLog(world, size);
  const log = await readRawLog(world.database);
  const notes = log.audit_checkpoint.map(({ note }) => note);
  const whole = join(folder, 'whole.db');
  if (engine === 'sqlite') await copyDatabase(world, whole);
  const cases = casesOn(world, log);

  /** What both verifiers say of the log after the attack. */
  const judge = (attack: Attack, outside: string[]) =>
    engine === 'sqlite'
      ? attackFile(whole, join(folder, 'attacked.db'), attack, outside)
      : attackServer(world, join(folder, 'attacked.jsonl'), attack, outside);

  const expectFound = ({ ok, firstBad }: VerifyResult, { code, firstBad: idx }: Case) => {
    expect(ok).toBe(false);
    expect(firstBad?.code).toMatch(code);
    if (firstBad?.idx !== null) expect(firstBad?.idx).toBe(idx);
    else {
      const [from = Number.NaN, to = Number.NaN] = firstBad.range ?? [];
      expect(from <= idx && idx <= to, `${firstBad.problem} names ${idx}`).toBe(true);
    }
  };

  it('L9: is whole as long as nobody touches it', async () => {
    const { here, apart } = await judge(statements(), notes);
    expect(here).toMatchObject({ ok: true, size, problems: [], checkpointsVerified: 6 });
    expect(apart).toMatchObject({ ok: true, size, problems: [], checkpointsVerified: 6, status: 0 });
  });

  it.each(cases)('L9: $name is found by both verifiers, which name the entry', async (one) => {
    const { here, apart } = await judge(one.attack, one.onlyOutside ? notes : []);
    expectFound(here, one);
    const isBlind = one.notInExport === true && engine === 'postgres';
    if (!isBlind) expectFound(apart, one);
    expect(apart.status).toBe(isBlind ? 0 : 1);
  });

  it.each(cases.filter(({ onlyOutside }) => onlyOutside))(
    'L9: $name shows against a checkpoint held elsewhere, and only there',
    async ({ attack }) => {
      const { here, apart } = await judge(attack, []);
      expect([here.problems, apart.problems]).toEqual([[], []]);
      const older = await judge(attack, notes.slice(-1));
      expect([older.here.ok, older.apart.ok]).toEqual([false, false]);
    },
  );
});
