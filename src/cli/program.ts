import { Command } from 'commander';
import { addEquipmentCommands } from './api-commands/equipment.ts';
import { addImportCommand } from './api-commands/imports.ts';
import { addKeyCommands } from './api-commands/keys.ts';
import { explain } from './exit.ts';

/** The commands that run on the server's own machine: loaded by main.ts, as the only door to them. */
export type AdminCommands = { addAdminCommands: (program: Command) => void; settingsHelp: () => string };

/** Reads the command line, does what it says, and answers the exit status. */
export async function run({ addAdminCommands, settingsHelp }: AdminCommands): Promise<number> {
  const program = new Command('keybook')
    .description('Register of software license keys: who has which, until when.')
    .option('--json', 'answer JSON on stdout')
    .option('--url <address>', 'the server, for commands that go through it (KEYBOOK_URL)')
    .option('--token <token>', 'an API token, for the same commands (KEYBOOK_TOKEN keeps it off the screen)')
    .exitOverride()
    .addHelpText('after', settingsHelp())
    .addHelpText('after', '\nExit status: 0 done, 1 refused, 2 wrong command line or setting, 3 server.');
  addAdminCommands(program);
  addImportCommand(program);
  addKeyCommands(program);
  addEquipmentCommands(program);
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    return explain(error, program.opts<{ json?: boolean }>().json === true);
  }
}
