import { migrationStatus } from '../db/migrate.ts';
import type { Config } from '../server/config.ts';
import { rewriteDatabase, roomWords } from '../server/erasure/sweep.ts';
import { runExpiryJob } from '../server/jobs/expiry.ts';
import { readExpiryRun } from '../server/jobs/job-queries.ts';
import { localContext } from '../server/local-context.ts';
import { openLog } from '../server/log.ts';
import { systemActor } from '../server/people/actors.ts';
import { rotateKeys } from '../server/secrets/rotate.ts';
import { makeBackup, requireEmbedded } from '../server/upkeep/backup.ts';
import { manifestFile } from '../server/upkeep/backup-files.ts';
import { examine } from '../server/upkeep/doctor.ts';
import { clearLeftovers } from '../server/upkeep/leftovers.ts';
import { maskAgain } from '../server/upkeep/mask-again.ts';
import { type Restored, restoreBackup, restoreInPlace } from '../server/upkeep/restore.ts';
import type { BeforeTags, TakeOverOrder } from '../server/upkeep/take-over.ts';
import { upgrade } from '../server/upkeep/upgrade.ts';
import { claimed, withApp, withAppAlone, withDatabase, withDatabaseAlone } from './admin-open.ts';
import { Refusal, UsageError } from './exit.ts';
import { counted, type Output } from './output.ts';

/** `expire`: the expiry job, now. */
export function expire(config: Config, _options: unknown, { show, say }: Output): Promise<void> {
  return withApp(config, async (app) => {
    const { id } = await runExpiryJob(app, { actor: systemActor('local') });
    const run = await readExpiryRun(await localContext(app), id);
    show(run, [`${run.expired}`]);
    say(`${counted(run.expired ?? 0, 'key')} recorded as expired by ${run.day}.`);
  });
}

/** `doctor`: is everything as it should be? */
export function doctor(config: Config, { fix }: { fix?: true }, { show, say }: Output): Promise<void> {
  return withApp(config, async (app) => {
    const diagnoses = await examine(app, fix === true);
    show(
      diagnoses,
      diagnoses.map(({ name, ok, detail }) => `${ok ? 'ok ' : 'BAD'}  ${name}: ${detail}`),
    );
    const bad = diagnoses.filter(({ ok }) => !ok).length;
    if (bad > 0) throw new Refusal(`${bad} of ${diagnoses.length} checks found something wrong.`);
    say('Everything is well.');
  });
}

/** `migrate`: the schema, up to date; with --status only says how it stands. */
export async function migrateNow(config: Config, { status }: { status?: true }, output: Output): Promise<void> {
  const { show, say } = output;
  if (status) {
    const found = await withDatabase(config, migrationStatus);
    const { applied, pending, unknown } = found;
    const rows = [...applied.map((name) => `done     ${name}`), ...pending.map((name) => `pending  ${name}`)];
    show(found, [...rows, ...unknown.map((name) => `newer    ${name}`)]);
    return;
  }
  await withDatabaseAlone(config, async (database) => {
    const done = await upgrade(config, database, new Date());
    show(done, done.applied);
    if (done.backup) say(`The database as it was: ${done.backup}`);
    if (done.noRoom)
      say(`${roomWords(done.noRoom)}: what an earlier version deleted stays in the file until: keybook erase`);
    say(done.applied.length > 0 ? 'The schema is up to date.' : 'The schema was up to date.');
  });
}

/** `backup`: one file, and what it says of itself beside it. */
export async function backup(config: Config, file: string, _options: unknown, { show, say }: Output): Promise<void> {
  requireEmbedded(config.databaseUrl);
  await withDatabase(config, async (database) => {
    const manifest = await makeBackup(config, database, file, new Date());
    show(manifest, [
      `${file}: ${manifest.bytes} bytes, ${manifest.log.size} audit entries`,
      `${manifestFile(file)}: its manifest${manifest.checkpoint ? ', with the newest checkpoint' : ''}`,
    ]);
    say(`License keys in it open only with ${config.masterKeyFile}: keep a copy of that elsewhere.`);
  });
}

/** `erase`: writes the files of the database anew, so that nothing deleted is left in them. */
export function erase(config: Config, _options: unknown, { show, say }: Output): Promise<void> {
  return withDatabaseAlone(config, async (database) => {
    await rewriteDatabase(config, database);
    show({ erased: true }, []);
    say('The files of the database hold what its tables show, and nothing else.');
    if (config.databaseUrl)
      say('The write-ahead log, replicas and backups of the database server are its own matter: see docs/SECURITY.md.');
  });
}

type RestoreOptions = {
  replace?: boolean;
  withoutManifest?: boolean;
  acceptClock?: boolean;
  inPlace?: boolean;
  fromBeforeTags?: boolean;
};

/** `restore`: a backup in place of the database, or with --in-place what other tools have put there. */
export async function restore(
  config: Config,
  file: string | undefined,
  {
    replace = false,
    withoutManifest = false,
    acceptClock = false,
    inPlace = false,
    fromBeforeTags = false,
  }: RestoreOptions,
  output: Output,
): Promise<void> {
  const order = { config, log: openLog('error'), now: new Date(), acceptClock, fromBeforeTags };
  if (inPlace) {
    if (file !== undefined) throw new UsageError('--in-place takes no FILE: it takes the database as it lies.');
    return takeInPlace(order, output);
  }
  if (file === undefined) throw new UsageError('Name the FILE that backup wrote, or say --in-place.');
  requireEmbedded(config.databaseUrl);
  await claimed(config, async () => {
    for (const path of clearLeftovers(config, true)) output.say(`Deleted, left by a command that was ended: ${path}`);
    const restored = await restoreBackup({ ...order, file, replace, withoutManifest });
    sayRestored(restored, output, 'Without its manifest: nothing says that this is the file that was backed up.');
  });
}

function takeInPlace(order: TakeOverOrder, output: Output): Promise<void> {
  return withDatabaseAlone(order.config, async (database) => {
    const restored = await restoreInPlace(database, order);
    sayRestored(restored, output, 'Taken as it lay: nothing says that this is what was backed up.');
  });
}

function sayRestored(restored: Restored, { show, say }: Output, unproved: string): void {
  show(restored, [`${restored.size} audit entries restored`]);
  if (!restored.manifest) say(unproved);
  for (const finding of restored.findings)
    say(`Found, as it was when the backup was made (keybook doctor): ${finding}`);
  if (restored.missing) say(olderWords(restored.missing));
  if (restored.beforeTags) for (const line of onWord(restored.beforeTags)) say(line);
  for (const path of restored.setAside) say(`Kept as it was: ${path}`);
  say(
    `Ended: ${counted(restored.sessions, 'session')}, ${counted(restored.tokens, 'token')}. Everybody signs in again.`,
  );
}

/** More are counted. */
const mostNamed = 20;

/** What an operator's word stands for from now on. */
function onWord({ size, signed, people }: BeforeTags): string[] {
  const unsigned =
    signed < size ? ` Nothing proves its entries from ${signed} on: its newest checkpoint ends there.` : '';
  const named = people
    .toSorted((a, b) => Number(a.signed) - Number(b.signed))
    .slice(0, mostNamed)
    .map(({ email, role, scope, signed: isSigned }) => {
      const rights = [role, scope === 'all' ? 'all customers' : 'some customers'];
      return `${email} (${[...rights, ...(isSigned ? [] : ['by entries that nothing proves'])].join(', ')})`;
    });
  const more = people.length > mostNamed ? ` and ${people.length - mostNamed} more` : '';
  return [
    `The backup is of a version without tags and seals, on your word alone: its log has tags from entry ${size} on.${unsigned}`,
    `Nothing proves the passwords, second factors and accounts of single sign-on of: ${named.join(', ') || 'nobody'}${more}. Where somebody else could write to the file: keybook user reset EMAIL --second-factor, for each.`,
  ];
}

function olderWords([from, to]: [number, number]): string {
  const what = from === to ? `entry ${from} is missing` : `entries ${from}–${to} are missing`;
  return `The restored state is older than what was signed here: ${what}.`;
}

/** `rotate`: new keys for everything that is encrypted. */
export function rotate(
  config: Config,
  { index, keepMaster }: { index?: true; keepMaster?: true },
  { show, say }: Output,
): Promise<void> {
  return withAppAlone(config, async (app) => {
    const progress = (done: number) => say(`${done} keys …`);
    const done = await rotateKeys(app, { index: index === true, keepMaster: keepMaster === true, progress });
    show(done, [`${counted(done.keys, 'license key')} encrypted anew`]);
    if (done.unreadable > 0) say(`${done.unreadable} license keys cannot be read and stay as they were.`);
    if (done.oldMasterKey) say(`Earlier backups need the old master key, kept as ${done.oldMasterKey}.`);
    if (config.databaseUrl && done.oldMasterKey) say(`Copy ${config.masterKeyFile} to every other server.`);
  });
}

/** `mask --again`: what is shown of every license key, by the rule of this version. */
export function mask(config: Config, _options: unknown, { show, say }: Output): Promise<void> {
  return withAppAlone(config, async (app) => {
    const done = await maskAgain(app, (keys) => say(`${keys} keys …`));
    show(done, [`${done.changed} of ${counted(done.keys, 'license key')} masked otherwise than before`]);
    if (done.unreadable > 0) say(`${done.unreadable} license keys cannot be read and stay as they were.`);
  });
}
