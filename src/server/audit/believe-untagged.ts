import type { Database } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { isEmptied } from '../secrets/new-log.ts';
import { firstBegun } from './prove-growth.ts';
import { tagsWitnesses } from './tags-witness.ts';

/** A log that was found to be as signed. */
export type JudgedLog = { size: number; root: string };

/** One without tags; checkpoints cover its first `signed` entries. */
export type UntaggedLog = JudgedLog & { signed: number };

declare const believed: unique symbol;

/** One that is believed to be of a version that knew no tags: over no other do tags and seals begin. */
export type BelievedLog = UntaggedLog & { refuse: Occasion['refuse']; readonly [believed]: true };

/**
 * Where a log without tags is to be believed. At a start nobody is asked what it is; whoever restores a backup says that it
 * is of before tags, or does not (`onWord`).
 */
export type Occasion = { refuse: (why: string) => AppError; restores?: { onWord: boolean } };

/**
 * The one place where it is decided whether a database that says of itself that it is of before tags is believed. Whoever
 * can write it can have it say so: what lies elsewhere goes before that. Refused are
 * - one whose log, or a file beside the kept checkpoints or the master key, says that its entries had tags: at a start
 *   whatever the file says, in a restore where they had them within the entries that there are;
 * - an empty log with people or settings, which were always made with an entry;
 * - a log of which this installation has signed nothing: a version without tags signed too, and no log that began with
 *   tags has a checkpoint over entries without;
 * - in a restore, any of them unless whoever restores it says so.
 * That the log tells of its people is looked at where they are sealed.
 */
export async function believeUntagged(
  installation: { config: Config; database: Database },
  log: UntaggedLog,
  { refuse, restores }: Occasion,
): Promise<BelievedLog> {
  await refuseTagged(installation, { refuse, ...(restores && { size: log.size }) });
  if (await isEmptied(installation.database))
    throw refuse('it has no entry, and the database has people or settings: somebody emptied it');
  if (log.size > 0 && log.signed === 0)
    throw refuse('this installation has signed none of its entries (version 0.1.0 signs them when it is stopped)');
  if (restores && !restores.onWord) throw unsaid();
  // This is the one place where one is believed.
  return { ...log, refuse } as BelievedLog;
}

/**
 * Refuses where the log says that its entries had tags, or a file outside the database does: that they had them at all, or,
 * given the `size` of an earlier state, within it.
 */
export async function refuseTagged(
  { config, database }: { config: Config; database: Database },
  { refuse, size }: { refuse: Occasion['refuse']; size?: number },
): Promise<void> {
  const witnesses = tagsWitnesses(config).filter(({ from = 0 }) => size === undefined || from < size || from === 0);
  if (witnesses.length > 0) {
    const said = witnesses.map(({ file }) => `${file} says that its entries have tags`).join(', ');
    throw refuse(`${said}, and the key of tags is gone`);
  }
  const begun = (await firstBegun(database.read))?.idx ?? (await firstTagged(database));
  if (begun !== undefined) throw refuse(`entry ${begun} shows that its entries have tags, and the key of tags is gone`);
}

async function firstTagged({ read }: Database): Promise<number | undefined> {
  const row = await read
    .selectFrom('audit_entry')
    .select('idx')
    .where('tag', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row?.idx;
}

function unsaid(): AppError {
  return new AppError(
    'backup_unfit',
    'The backup says of itself that it is of version 0.1.0, which knew neither tags nor seals. So does any that somebody has changed without the master key, with a password of their own in it. If you know that you made it with that version, and that nobody could write to it since: --from-before-tags. Nothing was changed.',
  );
}
