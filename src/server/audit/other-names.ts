import type { App } from '../context.ts';
import { keptCheckpoints, renamedWords } from './kept-checkpoints.ts';
import { readIdentity } from './log-source.ts';
import { foreignIdentityWords } from './signing.ts';
import { tagsWitnessInData } from './tags-witness.ts';

/** What tells that the log in the database once had another name, or another key: in words, each with its file. */
export async function otherNames({ config, database, vault }: App): Promise<string[]> {
  const identity = await readIdentity(database.read);
  const witness = tagsWitnessInData(config);
  const isOther = witness?.origin !== undefined && witness.origin !== identity?.origin;
  return [
    foreignIdentityWords(identity, vault.signsAs),
    renamedWords(keptCheckpoints(config, vault.signsAs), identity?.origin),
    isOther ? `${witness.file} is of another log, ${witness.origin}` : undefined,
  ].filter((words) => words !== undefined);
}
