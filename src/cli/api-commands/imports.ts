import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { BodyInputOf, OutputOf } from '../../contract/endpoint.ts';
import { importKinds, importProfiles, startImport } from '../../contract/imports.ts';
import { Refusal, UsageError } from '../exit.ts';
import { counted } from '../output.ts';
import { connect } from './connect.ts';
import { findCustomerId } from './find.ts';

type ImportOptions = {
  kind: string;
  profile?: string;
  mapping?: string;
  dates?: string;
  customer?: string;
  product?: string;
  dryRun?: true;
};
type Import = OutputOf<typeof startImport>;

const dateOrders = ['dmy', 'mdy', 'ymd'] as const;

/** `import FILE`, through the API. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('import a CSV file, through the server; nothing is written unless every row is valid')
    .argument('<file>')
    .requiredOption('--kind <kind>', importKinds.join(', '))
    .option('--profile <profile>', `where the file comes from: ${importProfiles.join(', ')}`)
    .option('--mapping <json>', 'column name → field name, as a JSON object or @file')
    .option('--dates <order>', `how dates are written: ${dateOrders.join(', ')}`)
    .option('--customer <customer>', 'whose records these are, where a row names no customer')
    .option('--product <name>', 'the product, where the file has no column for it')
    .option('--dry-run', 'judge every row and write nothing')
    .action(runImport);
}

async function runImport(file: string, options: ImportOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const customerId = await findCustomerId(client, options.customer);
  const body: BodyInputOf<typeof startImport> = {
    file: new File([await openFile(file)], basename(file)),
    kind: oneOf('--kind', importKinds, options.kind),
    ...(options.profile && { profile: oneOf('--profile', importProfiles, options.profile) }),
    ...(options.mapping && { mapping: await readMapping(options.mapping) }),
    ...(options.dates && { dates: oneOf('--dates', dateOrders, options.dates) }),
    ...(customerId && { customerId }),
    ...(options.product && { productName: options.product }),
    ...(options.dryRun && { dryRun: 'true' as const }),
  };
  const done = await client.call(startImport, { body });
  for (const { line, column, detail } of done.warnings) say(`line ${line}${column ? `, ${column}` : ''}: ${detail}`);
  show(done, resultLines(done));
  if (done.errors.length > 0)
    throw new Refusal(`Nothing was written: ${done.errors.length} faults. Mend the file and import it again.`);
}

function resultLines({ created, same, errors, dryRun }: Import): string[] {
  if (errors.length > 0)
    return errors.map(({ line, column, detail }) => `line ${line}${column ? `, ${column}` : ''}: ${detail}`);
  const verb = dryRun ? 'would be created' : 'created';
  const made = Object.entries(created).filter(([, count]) => count > 0);
  return [
    ...made.map(([what, count]) => `${counted(count, what === 'equipment' ? 'unit' : what)} ${verb}`),
    ...(same > 0 ? [`${counted(same, 'row')} already there`] : []),
  ];
}

async function openFile(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch {
    throw new UsageError(`There is no file ${file} that can be read.`);
  }
}

async function readMapping(text: string): Promise<string> {
  return text.startsWith('@') ? readFile(text.slice(1), 'utf8') : text;
}

function oneOf<Value extends string>(option: string, values: readonly Value[], given: string): Value {
  const value = values.find((known) => known === given);
  if (value === undefined) throw new UsageError(`${option} takes one of ${values.join(', ')}.`);
  return value;
}
