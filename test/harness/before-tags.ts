import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointBody, decodeVerifierKey, formatCheckpoint } from '../../src/domain/audit/checkpoint.ts';
import { decodeHeader, encodeHeader } from '../../src/domain/audit/entry.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { sealPurposes } from '../../src/server/secrets/master-key.ts';
import { type Signer, sealLog } from '../audit-vectors/build-log.ts';
import { putBack } from './forged-log.ts';
import { joined, type RawLog, readRawLog } from './raw-log.ts';
import type { World } from './world.ts';

const sealedTables = ['user', 'session', 'token', 'settings', 'setup_token'] as const;

type Installation = Pick<World, 'app' | 'database'>;

/**
 * Makes the database of an installation what a version without tags would have left: no entry that has them begin, no
 * tags, no secrets for them and no seals, and a checkpoint over the first `signed` entries. Its log must have no erased content.
 */
export async function asBeforeTags({ app, database }: Installation, signed: number): Promise<RawLog> {
  const log = await readRawLog(database);
  log.audit_entry = log.audit_entry.slice(1).map((entry) => {
    const header = decodeHeader(entry.header);
    if (!header) throw new Error(`entry ${entry.idx} is damaged`);
    const earlier = (idx: number | null) => (idx === null ? null : idx - 1);
    const moved = { ...header, i: header.i - 1, p: earlier(header.p), pe: earlier(header.pe) };
    return { ...entry, idx: entry.idx - 1, header: encodeHeader(moved), tag: null };
  });
  log.audit_payload = log.audit_payload.slice(1).map((payload) => ({ ...payload, idx: payload.idx - 1 }));
  const { head, tiles, checkpoints } = sealLog(joined(log), [signed], signerOf(app, log));
  const before = {
    ...log,
    audit_head: [{ ...head, id: 1 as const }],
    audit_tile: tiles,
    audit_checkpoint: checkpoints,
  };
  await putBack(database, before);
  await database.admin.deleteFrom('wrapped_key').where('purpose', 'in', sealPurposes).execute();
  await clearSeals(database);
  forgetWitnesses(app.config);
  return before;
}

/** A version without tags knew no files that tell of them. */
export function forgetWitnesses({ dataDir, masterKeyFile }: World['app']['config']): void {
  for (const file of [join(dataDir, 'checkpoints', 'tags-begun.json'), `${masterKeyFile}.tags-begun`])
    rmSync(file, { force: true });
}

/** Leaves rows as a version without seals wrote them. */
export async function clearSeals({ admin }: World['database']): Promise<void> {
  for (const table of sealedTables) await admin.updateTable(table).set({ seal: '' }).execute();
}

/** The signature that the installation itself makes. */
function signerOf(app: World['app'], log: RawLog): Signer {
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
