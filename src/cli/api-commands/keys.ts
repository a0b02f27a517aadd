import type { Command } from 'commander';
import { addKeys, lookUpKey, replaceKeyText, reveal } from './key-texts.ts';
import { applyToHolder, listKeysOf, removeFromHolder, renew, revoke } from './key-verbs.ts';
import { addListOptions } from './list-options.ts';

const keyArgument = 'id, last characters ("12345") or code';

/** `keys …`: the verbs of a key's life, through the API. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('license keys, through the server');
  addListOptions(keys.command('list').description('list, search and group keys'))
    .option('--status <status>', 'available, applied, expired, revoked')
    .option('--type <type>', 'permanent, subscription, trial, timeLimited')
    .option('--customer <customer>', 'name or id')
    .action(listKeysOf);
  addTextCommands(keys);
  addAssignmentCommands(keys);
  keys
    .command('renew')
    .description('give keys a later validity end, all or none')
    .argument('<keys...>', keyArgument)
    .option('--until <day>', 'the new last day, YYYY-MM-DD')
    .option('--by <period>', 'or a period from the present end, such as P1Y')
    .option('--reference <text>', 'order or invoice number')
    .action(renew);
  keys
    .command('revoke')
    .description('take keys out of use for good, all or none')
    .argument('<keys...>', keyArgument)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .option('--remove-assignments', 'remove what they are assigned to as well')
    .action(revoke);
}

const licenseFileHelp = 'a license file, which is one key';
const deliveryHelp = 'account: with no license key at all';

/** The commands that read or show whole license keys and files: never in the command line itself. */
function addTextCommands(keys: Command): void {
  keys
    .command('add')
    .description(
      'add keys, one a line, from a file or standard input, all or none; or a license file; or one by account',
    )
    .argument('[file]', 'the file of license keys; standard input without it')
    .option('--file <file>', licenseFileHelp)
    .option('--delivery <delivery>', deliveryHelp)
    .requiredOption('--product <name>', 'the software; made where there is none of that name')
    .option('--type <type>', 'permanent, subscription, trial, timeLimited', 'permanent')
    .option('--start <day>', 'first valid day, YYYY-MM-DD')
    .option('--end <day>', 'last valid day, YYYY-MM-DD')
    .option('--seats <number>', 'how many assignments each allows')
    .option('--code <text>', 'a short name of your own')
    .option('--customer <customer>', 'name or id; the organisation itself unless said')
    .option('--license <id>', 'the license they belong to')
    .option('--dry-run', 'judge every line and save nothing')
    .action(addKeys);
  keys.command('lookup').description('find the record of a license key, read from standard input').action(lookUpKey);
  keys
    .command('replace')
    .description('revoke a key and put a new one, read from standard input, in its place')
    .argument('<key>', keyArgument)
    .option('--file <file>', licenseFileHelp)
    .option('--delivery <delivery>', deliveryHelp)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(replaceKeyText);
  keys
    .command('reveal')
    .description('print the license key or file; recorded before it is shown')
    .argument('<key>', keyArgument)
    .option('--file <file>', 'write it into a new file')
    .action(reveal);
}

function addAssignmentCommands(keys: Command): void {
  keys
    .command('apply')
    .description('apply a key to a unit, a user, or both')
    .argument('<key>', keyArgument)
    .option('--equipment <unit>', 'id, serial number, asset tag or name')
    .option('--user <name>', 'the name of the user')
    .option('--customer <customer>', "name or id: whose person that is; the key's customer unless said")
    .option('--date <day>', 'applied date, today unless said')
    .option('--remarks <text>')
    .action(applyToHolder);
  keys
    .command('remove')
    .description('remove a key from where it is applied')
    .argument('<key>', keyArgument)
    .option('--equipment <unit>', 'id, serial number, asset tag or name')
    .option('--user <name>', 'the name of the user')
    .action(removeFromHolder);
}
