import { copyFileSync } from 'node:fs';
import { sql } from 'kysely';
import { openDatabase, type ReadDb, type WriteDb } from '../../src/db/open.ts';
import { type VerifyResult, verifyLog } from '../../src/domain/audit/verify.ts';
import { databaseLog, verifyDatabase } from '../../src/server/audit/log-source.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { verifySignature } from '../../src/server/audit/signature.ts';
import { rawExport, readRawLog } from './raw-log.ts';
import { type Verdict, verifyApart } from './single-file-verifier.ts';
import type { World } from './world.ts';

/** What somebody does who can write everything: the guards of the database are gone before. */
export type Attack = (tx: WriteDb) => Promise<void>;

/** What both verifiers say after it: the server's own here, the single-file one apart. */
export type Verdicts = { here: VerifyResult; apart: Verdict };

/** A copy of the embedded database, made the way a backup is. */
export async function copyDatabase({ database }: World, file: string): Promise<void> {
  await sql.raw(`VACUUM INTO '${file}'`).execute(database.admin);
}

/** Attacks a copy of the file; both verifiers read that copy. */
export async function attackFile(whole: string, file: string, attack: Attack, outside: string[]): Promise<Verdicts> {
  copyFileSync(whole, file);
  const database = openDatabase({ file });
  await database.admin.transaction().execute(async (tx) => {
    await sql.raw('PRAGMA defer_foreign_keys = ON').execute(tx);
    const { rows } = await sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'trigger'`.execute(tx);
    for (const { name } of rows) await sql.raw(`DROP TRIGGER ${name}`).execute(tx);
    await attack(tx);
  });
  const here = await verifyDatabase(database, { outside });
  await database.close();
  return { here, apart: verifyApart(file, { outside }) };
}

class Undone extends Error {}

/** Attacks the database in a transaction that is undone; the single-file verifier reads an export made within it. */
export async function attackServer(
  { database: { admin, engine, fragments } }: World,
  file: string,
  attack: Attack,
  outside: string[],
): Promise<Verdicts> {
  const verdicts: Verdicts[] = [];
  const work = async (tx: WriteDb): Promise<void> => {
    // Switches off all triggers, and with them the checks of foreign keys.
    await sql.raw('SET LOCAL session_replication_role = replica').execute(tx);
    await attack(tx);
    // A writable handle reads as well; the narrower type is what the reader takes.
    const db = tx as unknown as ReadDb;
    const here = await verifyLog({
      sha: sha256,
      verifySignature,
      source: await databaseLog({ db, engine, fragments }),
      outside,
    });
    const text = rawExport(await readRawLog({ read: db }));
    verdicts.push({ here, apart: verifyApart(file, { text, outside }) });
    throw new Undone();
  };
  await admin
    .transaction()
    .execute(work)
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  const [verdict] = verdicts;
  if (!verdict) throw new Error('the attack was not judged');
  return verdict;
}
