import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportLog } from '../server/audit/export-log.ts';
import { judgeLog } from '../server/audit/judge-log.ts';
import { aheadMs, lastEntry } from '../server/audit/log-time.ts';
import type { Config } from '../server/config.ts';
import { requireNewFile } from '../server/upkeep/new-file.ts';
import { tagsOfDatabase } from '../server/upkeep/tags-of-database.ts';
import { withDatabase } from './admin-open.ts';
import { verdictLines } from './audit-verdict.ts';
import { Refusal, UsageError } from './exit.ts';
import type { Output } from './output.ts';

type VerifyOptions = { checkpoint?: string[]; key?: string };

/**
 * `audit verify`: reads the whole log and says whether it is the one its checkpoints signed, those that lie as files here
 * among them. Where the master key is, every tag is checked as well.
 */
export async function verifyAudit(config: Config, options: VerifyOptions, { show, say }: Output): Promise<void> {
  const outside = (options.checkpoint ?? []).map(readNote);
  const { tagOf, ownKey, why, isOdd, ahead, ...result } = await withDatabase(config, async (database) => {
    const tags = await tagsOfDatabase(config, database);
    const judged = await judgeLog({ config, database }, { outside, pinnedKey: options.key, ...tags });
    const ahead = aheadMs(await lastEntry(database.read), new Date());
    return { ...judged, ...tags, ahead };
  });
  show(result, verdictLines(result));
  if (why) say(`note: tags not checked: ${why}`);
  if (ahead > 0) say(`note: the log runs ahead of the clock of this machine by ${Math.ceil(ahead / 3_600_000)} hours`);
  for (const warning of result.warnings) say(`note: ${warning}`);
  if (!result.ok) throw new Refusal('the audit log is not what was signed.');
  if (isOdd)
    throw new Refusal(`the log is as it was signed, but its master key is here and cannot check its tags: ${why}`);
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`There is no checkpoint file ${file} that can be read.`);
  }
}

/** `audit export`: the whole log as JSON Lines, for the single-file verifier. */
export async function exportAudit(
  config: Config,
  file: string,
  _options: unknown,
  { show, say }: Output,
): Promise<void> {
  requireNewFile(file);
  await withDatabase(config, async (database) => {
    const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    await pipeline(Readable.from(exportLog(database)), target);
    show({ file }, [file]);
    say('Check it anywhere with: node keybook-verify.mjs FILE');
  });
}
