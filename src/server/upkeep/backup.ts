import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { copyDatabase, findDamage, findOrphans, onlyEmbedded } from '../../db/embedded-file.ts';
import { migrationStatus } from '../../db/migrate.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { readIdentity } from '../audit/log-source.ts';
import type { Config } from '../config.ts';
import { manifestFile } from './backup-files.ts';
import { clearAbandonedBackups, noted } from './leftovers.ts';
import { requireNewFile } from './new-file.ts';

const manifestSchema = z.object({
  keybookBackup: z.literal(1),
  file: z.string(),
  createdAt: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  schema: z.array(z.string()),
  log: z.object({ origin: z.string(), publicKey: z.string(), size: z.int() }),
  checkpoint: z.string().nullable(),
});

/** What a backup says of itself, in FILE.manifest.json: enough to tell it is whole, and how far its log goes. */
export type Manifest = z.output<typeof manifestSchema>;

/**
 * Writes a copy of the embedded database, as of one moment and beside a running server, with its manifest. The master
 * key is not in it. It gets its name when it has been opened and found whole, and is on the disk. Refuses where there is a file already, be it of the copy or of its manifest, but for what backups that
 * were killed have left; and a folder that does not exist, and PostgreSQL.
 */
export async function makeBackup(
  config: Pick<Config, 'dataDir'>,
  database: Database,
  file: string,
  now: Date,
): Promise<Manifest> {
  clearAbandonedBackups(config);
  for (const path of [file, manifestFile(file)]) requireNewFile(path);
  return noted(config, file, async (unfinished) => {
    await copyDatabase(database, unfinished);
    const manifest = await describeBackup(unfinished, basename(file), now);
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    writeFileSync(manifestFile(file), text, { flag: 'wx', mode: 0o600, flush: true });
    renameSync(unfinished, file);
    flushFolder(dirname(resolve(file)));
    return manifest;
  });
}

/** Refuses what has no embedded file. */
export function requireEmbedded(databaseUrl: string | undefined): void {
  if (databaseUrl) throw new AppError('not_embedded', onlyEmbedded);
}

/** What happens to names in a folder outlives a power cut from here on. */
function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** A copy that a restore would refuse is none. */
async function requireWhole(copy: Database): Promise<void> {
  const [fault] = [...(await findDamage(copy, true)), ...(await findOrphans(copy))];
  if (fault === undefined) return;
  throw new AppError(
    'backup_unfit',
    `The copy is damaged (${fault}) and was not kept: the database may be, or the disk of the backup. Run keybook doctor; earlier backups stay.`,
  );
}

async function describeBackup(path: string, file: string, now: Date): Promise<Manifest> {
  const copy = openDatabase({ file: path });
  const said = await requireWhole(copy)
    .then(() => readManifest(copy, file, now))
    .finally(copy.close);
  return { ...said, bytes: statSync(path).size, sha256: await hashFile(path) };
}

async function readManifest(copy: Database, file: string, now: Date): Promise<Omit<Manifest, 'bytes' | 'sha256'>> {
  const { applied } = await migrationStatus(copy);
  const identity = await readIdentity(copy.read);
  const head = await copy.read.selectFrom('audit_head').select('size').executeTakeFirst();
  const newest = await copy.read
    .selectFrom('audit_checkpoint')
    .select('note')
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    keybookBackup: 1,
    file,
    createdAt: now.toISOString(),
    schema: applied,
    log: { origin: identity?.origin ?? '', publicKey: identity?.publicKey ?? '', size: head?.size ?? 0 },
    checkpoint: newest?.note ?? null,
  };
}

/** Reads a manifest; refuses one that is out of form. */
export function parseManifest(text: string, file: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    throw new AppError('backup_unfit', `${manifestFile(file)} is not the manifest of a backup. Move it away to go on.`);
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
