import { existsSync } from 'node:fs';
import { migrationStatus } from '../../db/migrate.ts';
import type { Database } from '../../db/open.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import { AppError } from '../../domain/errors.ts';
import { requireUntagged } from '../audit/begin-tags.ts';
import type { Config } from '../config.ts';
import { readMasterKey, readSecrets, sealPurposes } from '../secrets/master-key.ts';
import { openVault } from '../secrets/vault.ts';

/** What proves the log where its master key is; else why nothing does, and whether that is so though the key is here. */
type OwnProof = { tagOf?: TagOf; ownKey?: Uint8Array; why?: string; isOdd?: boolean };

/**
 * What makes the tags of a database anew, where its master key is; else why not, in words. Writes nothing. Refuses where
 * entries had tags and the key of tags is gone: somebody would have them begin a second time.
 */
export async function tagsOfDatabase(config: Config, database: Database): Promise<OwnProof> {
  const { pending } = await migrationStatus(database);
  if (pending.includes('0004-tags')) {
    await requireUntagged({ config, database });
    return { why: 'the database is of an older version' };
  }
  const rows = await database.read.selectFrom('wrapped_key').select('purpose').execute();
  const lacking = sealPurposes.filter((purpose) => !rows.some((row) => row.purpose === purpose));
  if (lacking.length > 0) {
    await requireUntagged({ config, database });
    return { why: 'they begin at the next start of the server' };
  }
  try {
    const { tag: tagOf, signsAs: ownKey } = openVault(
      await readSecrets(database.admin, readMasterKey(config.masterKeyFile).key),
    );
    return { tagOf, ownKey };
  } catch (error) {
    if (error instanceof AppError) return { why: error.message, isOdd: existsSync(config.masterKeyFile) };
    throw error;
  }
}
