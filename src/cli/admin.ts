import { type Command, Option } from 'commander';
import { languages } from '../domain/languages.ts';
import { roles } from '../domain/permissions.ts';
import { type Config, ConfigError, readConfig, settingDocs } from '../server/config.ts';
import { UsageError } from './exit.ts';
import { newOutput, type Output } from './output.ts';

/** Reads the settings for a command; one that makes no sense is a usage fault. */
function settings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}

type Work<Given extends unknown[]> = (config: Config, ...given: [...Given, output: Output]) => Promise<void>;

/** Does a command's work, loaded when it is called: with the settings, what the command line gave, and where it answers. */
function runs<Given extends unknown[]>(load: () => Promise<Work<Given>>) {
  return async (...given: [...Given, Command]): Promise<void> => {
    const work = await load();
    // The command itself comes last.
    const json = (given.pop() as Command).optsWithGlobals<{ json?: boolean }>().json === true;
    await work(settings(), ...(given as unknown[] as Given), newOutput(json));
  };
}

/** Every setting with its default, for `--help`. */
export function settingsHelp(): string {
  const width = Math.max(...settingDocs.map(({ name }) => name.length)) + 2;
  const lines = settingDocs.map(
    ({ name, fallback, says }) => `  ${name.padEnd(width)}${says}${fallback && ` (${fallback})`}`,
  );
  return ['', 'Settings (environment, all optional):', ...lines].join('\n');
}

/** The commands that work on the database itself, on the server's own machine. What they do is loaded when called. */
export function addAdminCommands(program: Command): void {
  program
    .command('serve')
    .description('start the server, and a database where there is none')
    .option('--accept-clock', 'the clock is right, though the last entry of the log is more than 400 days old')
    .action(runs<[{ acceptClock?: true }]>(async () => (await import('./admin-serve.ts')).runServer));
  program
    .command('demo')
    .description('fill an empty database, or a new one, with a believable organisation and a year of its life')
    .addOption(new Option('--language <language>', 'of what people read in it').choices(languages).default('en'))
    .action(runs(async () => (await import('./admin-demo.ts')).makeDemo));
  addPeopleCommands(program);
  addAuditCommands(program);
  addUpkeepCommands(program);
  addClockCommands(program);
  addOfflineCommands(program);
}

function addPeopleCommands(program: Command): void {
  const people = () => import('./admin-people.ts');
  program
    .command('token')
    .description('API tokens, on the server')
    .command('create')
    .description('make an API token and print it')
    .requiredOption('--user <email>', 'whose it is')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--role <role>', `${roles.join(', ')}; the role of its owner unless said`)
    .option('--customers <customers>', "ids or names, by comma; the owner's unless said")
    .option('--expires <day>', 'its last day, YYYY-MM-DD; 90 days unless said')
    .action(runs(async () => (await people()).createTokenFor));
  const user = program.command('user').description('people, on the server');
  user
    .command('create')
    .description('add a person; the password is asked for')
    .requiredOption('--name <name>')
    .requiredOption('--email <email>')
    .requiredOption('--role <role>', roles.join(', '))
    .option('--customers <customers>', 'ids or names, by comma; all unless said')
    .option('--password-stdin', 'read the password from standard input')
    .action(runs(async () => (await people()).createUserLocally));
  user
    .command('reset')
    .description('give a person a new password and end the sessions')
    .argument('<email>')
    .option('--second-factor', 'take the second factor and its recovery codes away as well')
    .option('--password-stdin', 'read the password from standard input')
    .action(runs(async () => (await people()).resetUser));
}

function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log, on the server');
  audit
    .command('verify')
    .description('prove that no entry was changed, dropped, inserted or reordered')
    .option('--checkpoint <file...>', 'checkpoints kept elsewhere')
    .option('--key <vkey>', "the log's public key, kept elsewhere")
    .action(runs(async () => (await import('./admin-audit.ts')).verifyAudit));
  audit
    .command('export')
    .description('write the whole log to a new file, for the single-file verifier')
    .argument('<file>')
    .action(runs(async () => (await import('./admin-audit.ts')).exportAudit));
}

const upkeep = () => import('./admin-upkeep.ts');

function addUpkeepCommands(program: Command): void {
  program
    .command('expire')
    .description('run the expiry job now')
    .action(runs(async () => (await upkeep()).expire));
  program
    .command('doctor')
    .description('look whether everything is as it should be')
    .option('--fix', 'mend what can be mended')
    .action(runs(async () => (await upkeep()).doctor));
  program
    .command('backup')
    .description('copy the embedded database, beside a running server')
    .argument('<file>', 'a new file')
    .action(runs(async () => (await upkeep()).backup));
}

function addClockCommands(program: Command): void {
  const load = () => import('./admin-clock.ts');
  const clock = program.command('clock').description('the time of the audit log, on the server');
  clock
    .command('correct')
    .description('let the log go on from the true time, after entries made under a clock that ran ahead')
    .requiredOption('--reason <reason>', 'what happened; it stands in the log')
    .action(runs(async () => (await load()).correct));
  clock
    .command('accept')
    .description('say that the clock is right, though the last entry of the log is more than 400 days old')
    .action(runs(async () => (await load()).accept));
}

/** The commands that need the database to themselves. */
function addOfflineCommands(program: Command): void {
  program
    .command('restore')
    .description('put a backup in place of the embedded database; the server is stopped')
    .argument('[file]', 'what backup wrote')
    .option('--in-place', 'no FILE: take the database as it lies, where other tools have put a backup back')
    .option('--replace', 'where there is a database already: it is kept under another name')
    .option('--accept-clock', 'the clock is right, though the backup is more than 400 days older')
    .option(
      '--from-before-tags',
      'it is of version 0.1.0, and nobody could write to it since: nothing then says that its passwords are what they were',
    )
    .option('--without-manifest', 'where FILE.manifest.json is lost: nothing then says that FILE is what was backed up')
    .action(runs(async () => (await upkeep()).restore));
  program
    .command('rotate')
    .description('new master and data keys, everything encrypted anew; the server is stopped')
    .option('--index', 'a new index key as well: what keys are found by')
    .option('--keep-master', 'keep the master key')
    .action(runs(async () => (await upkeep()).rotate));
  program
    .command('mask')
    .description('compute anew what is shown of license keys; the server is stopped')
    .requiredOption('--again', 'of all of them, after the rule of what is shown has changed')
    .action(runs(async () => (await upkeep()).mask));
  program
    .command('erase')
    .description('write the files of the database anew, without what was deleted from it')
    .action(runs(async () => (await upkeep()).erase));
  program
    .command('migrate')
    .description('bring the schema up to date; the server is stopped')
    .option('--status', 'only say how it stands')
    .action(runs(async () => (await upkeep()).migrateNow));
}
