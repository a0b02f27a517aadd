import { existsSync, openAsBlob } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../contract/client.ts';
import type { BodyInputOf, OutputOf } from '../../contract/endpoint.ts';
import { getImport, getRejected, startImport } from '../../contract/imports.ts';
import { importKinds, importProfiles } from '../../domain/import-fields.ts';
import { Refusal, UsageError } from '../exit.ts';
import { counted } from '../output.ts';
import { connect } from './connect.ts';
import { findCustomerId } from './find.ts';
import { addUndoCommand } from './undo-import.ts';

type ImportOptions = {
  kind?: string;
  profile?: string;
  mapping?: string;
  dates?: string;
  sheet?: string;
  headerRow?: string;
  create?: string;
  onDifferent?: string;
  customer?: string;
  product?: string;
  goodRowsOnly?: true;
  rejected?: string;
  dryRun?: true;
};
type Import = OutputOf<typeof startImport>;

const dateOrders = ['dmy', 'mdy', 'ymd'] as const;

/** `import FILE`, through the API. */
export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .description('import a CSV or XLSX file, through the server; nothing is written unless every row is valid')
    .argument('<file>')
    .option('--kind <kind>', `what the rows are about: ${importKinds.join(', ')}; found by the columns, unless said`)
    .option('--profile <profile>', `where the file comes from: ${importProfiles.join(', ')}`)
    .option('--mapping <json>', 'column name → field name, as a JSON object or @file')
    .option('--dates <order>', `how dates are written: ${dateOrders.join(', ')}`)
    .option('--sheet <sheet>', 'the sheet of a workbook, by its name or number; * for all that are alike')
    .option('--header-row <line>', 'the line on which the header stands')
    .option('--customer <customer>', 'whose records these are, where a row names no customer')
    .option('--product <name>', 'the product, where the file has no column for it')
    .option('--create <what>', 'what may be made besides: customers, products, equipment, or customers:NAME, by commas')
    .option(
      '--on-different <what>',
      'a row whose record says otherwise: refuse, update, leave; single ones by line, as in refuse,update:11',
    )
    .option('--good-rows-only', 'import the rows that are right, and keep the others to be given back')
    .option('--rejected <file>', 'where those others are written, with the reasons, as CSV')
    .option('--dry-run', 'judge every row and write nothing')
    .action(runImport);
  addUndoCommand(command);
}

async function runImport(file: string, options: ImportOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  requireNewFile(options);
  const customerId = await findCustomerId(client, options.customer);
  const body: BodyInputOf<typeof startImport> = {
    file: new File([await openFile(file)], basename(file)),
    ...(options.kind && { kind: oneOf('--kind', importKinds, options.kind) }),
    ...(options.profile && { profile: oneOf('--profile', importProfiles, options.profile) }),
    ...(options.mapping && { mapping: await readMapping(options.mapping) }),
    ...(options.dates && { dates: oneOf('--dates', dateOrders, options.dates) }),
    ...(options.sheet && { sheet: options.sheet }),
    ...(options.headerRow && { headerRow: Number(options.headerRow) }),
    ...(customerId && { customerId }),
    ...(options.product && { productName: options.product }),
    ...(options.create !== undefined && { create: options.create }),
    ...(options.onDifferent && { onDifferent: options.onDifferent }),
    ...(options.goodRowsOnly && { goodRowsOnly: 'true' as const }),
    ...(options.dryRun && { dryRun: 'true' as const }),
  };
  const done = await finished(client, await client.call(startImport, { body, respondAsync: true }), say);
  for (const fault of done.warnings) say(faultLine(fault));
  show(done, resultLines(done));
  if (options.rejected && done.id !== null && done.rejectedUntil !== null)
    await writeRejected(client, done.id, options.rejected);
  if (done.status === 'refused')
    throw new Refusal(`Nothing was written: ${counted(faultCount(done), 'fault')}. Mend the file and import it again.`);
  if (done.status !== 'done') throw new Refusal(done.detail ?? 'The import did not finish. Import the file again.');
}

const betweenLooksMs = 1000;

/** Looks after a long import until it has ended, and says how far it is. */
async function finished(client: Client, started: Import, say: (line: string) => void): Promise<Import> {
  let now = started;
  while (now.status === 'running' && now.id !== null) {
    await setTimeout(betweenLooksMs);
    const next = await client.call(getImport, { params: { id: now.id } });
    if (next.done > now.done) say(`${next.done} of ${next.rows} rows`);
    now = next;
  }
  return now;
}

function resultLines({
  created,
  changed,
  same,
  rejected,
  status,
  left,
  duplicates,
  errors,
  persons,
  dryRun,
}: Import): string[] {
  const would = dryRun ? 'would be ' : '';
  const made = Object.entries(created).filter(([, count]) => count > 0);
  return [
    ...errors.map(faultLine),
    ...made.map(([what, count]) => `${counted(count, what === 'equipment' ? 'unit' : what)} ${would}created`),
    ...(changed > 0 ? [`${counted(changed, 'record')} ${would}changed`] : []),
    ...(same > 0 ? [`${counted(same, 'row')} already there${left > 0 ? `, ${left} of them otherwise` : ''}`] : []),
    ...(rejected > 0 && status === 'done' ? [`${counted(rejected, 'row')} left out`] : []),
    ...(duplicates > 0 ? [`${counted(duplicates, 'row')} repeated`] : []),
    ...(persons ? [`${counted(persons.named, 'person')} named, ${persons.known} known`] : []),
  ];
}

/** How many faults there are, those that are not listed too. */
function faultCount({ errors }: Import): number {
  return errors.reduce((count, { code, params }) => count + (code === 'more' ? Number(params?.rest ?? 0) : 1), 0);
}

/** A fault of a row with its column, or with the field that no column gives; the last may say how many more there are. */
function faultLine({ line, sheet, column, code, detail, params }: Import['errors'][number]): string {
  if (code === 'more') return `and ${params?.rest} more`;
  const place = column ?? params?.field;
  return `${sheet === undefined ? '' : `${sheet}, `}line ${line}${place ? `, ${place}` : ''}: ${detail}`;
}

/** Nothing is imported before it is sure that the other rows have a place. */
function requireNewFile({ rejected, goodRowsOnly }: ImportOptions): void {
  if (rejected === undefined) return;
  if (!goodRowsOnly) throw new UsageError('--rejected goes with --good-rows-only.');
  if (existsSync(rejected)) throw new UsageError(`There is a file ${rejected} already. Name another one.`);
}

/** They may hold license keys: for the owner of the file alone. */
async function writeRejected(client: Client, id: string, file: string): Promise<void> {
  // Its content type is another than JSON.
  const rows = (await client.call(getRejected, { params: { id } })) as Blob;
  await writeFile(file, Buffer.from(await rows.arrayBuffer()), { flag: 'wx', mode: 0o600 });
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
