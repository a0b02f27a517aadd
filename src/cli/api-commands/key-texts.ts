import type { Command } from 'commander';
import { type Client, ProblemError } from '../../contract/client.ts';
import type { BodyInputOf, OutputOf } from '../../contract/endpoint.ts';
import { createKeys, lookupKeys, replaceKey } from '../../contract/keys.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { Refusal, UsageError } from '../exit.ts';
import { counted, table } from '../output.ts';
import { readLines } from '../read-input.ts';
import { connect } from './connect.ts';
import { findCustomerId, findKey } from './find.ts';

type AddOptions = {
  product: string;
  type: string;
  start?: string;
  end?: string;
  seats?: string;
  code?: string;
  customer?: string;
  license?: string;
  dryRun?: true;
};

type Line = { number: number; line: string };
type NewKey = BodyInputOf<typeof createKeys>['keys'][number];

const mostLines = 1000;

/** `keys add`: the texts come from a file or standard input, the rest of each record from the options. */
export async function addKeys(file: string | undefined, options: AddOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const common = await commonFields(client, options);
  const lines = await readLines(file, 'Paste license keys, one a line.');
  if (lines.length === 0) throw new UsageError('There is no license key to add: every line is empty.');
  if (lines.length > mostLines)
    throw new UsageError(`${lines.length} keys are too many at once: ${mostLines} at most. Use keybook import.`);
  const keys = lines.map(({ line }) => ({ ...common, licenseKey: line }));
  const made = await createAll(client, keys, lines, options.dryRun === true);
  for (const { detail, pointer } of made.warnings ?? []) say(`${lineOf(pointer, lines)}: ${detail}`);
  const rows = made.items.map((key) => [key.id, key.maskedKey, key.product.name, key.status]);
  show(made, rows.length > 0 ? table(['id', 'license key', 'product', 'status'], rows) : []);
  say(
    made.dryRun
      ? `${counted(keys.length, 'key')} can be added. Nothing was saved.`
      : `${counted(rows.length, 'key')} added.`,
  );
}

async function commonFields(client: Client, options: AddOptions): Promise<Omit<NewKey, 'licenseKey'>> {
  const keyType = keyTypes.find((type) => type.toLowerCase() === options.type.replaceAll('-', '').toLowerCase());
  if (!keyType) throw new UsageError(`--type takes one of ${keyTypes.join(', ')}.`);
  const customerId = await findCustomerId(client, options.customer);
  return {
    productName: options.product,
    keyType,
    ...(options.start && { validityStart: options.start }),
    ...(options.end && { validityEnd: options.end }),
    ...(options.seats && { seats: Number(options.seats) }),
    ...(options.code && { code: options.code }),
    ...(options.license && { licenseId: options.license }),
    ...(customerId && { customerId }),
  };
}

/** Sends all keys at once. A refusal names the lines as they stand in the file. */
async function createAll(
  client: Client,
  keys: NewKey[],
  lines: Line[],
  isDryRun: boolean,
): Promise<OutputOf<typeof createKeys>> {
  try {
    return await client.call(createKeys, { query: { dryRun: isDryRun ? 'true' : 'false' }, body: { keys } });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const errors = error.problem.errors?.map((fault) => ({ ...fault, pointer: lineOf(fault.pointer, lines) }));
    if (!errors || errors.length === 0) throw error;
    const faulty = errors.length + (error.problem.moreErrors ?? 0);
    const detail = `Nothing was saved: ${faulty} of ${lines.length} lines cannot be added.`;
    throw new ProblemError({ ...error.problem, detail, errors });
  }
}

function lineOf(pointer: string, lines: Line[]): string {
  const [, index, rest] = /^\/keys\/(\d+)(?:\/licenseKey)?(.*)$/.exec(pointer) ?? [];
  const number = index === undefined ? undefined : lines[Number(index)]?.number;
  return number === undefined ? pointer : `line ${number}${rest}`;
}

/** `keys lookup`: the license key is the first line of standard input; refused where no key one sees has it (K19). */
export async function lookUpKey(_options: unknown, command: Command): Promise<void> {
  const { client, show } = connect(command);
  const [first, ...others] = await readLines(undefined, 'Paste the license key to look up.');
  if (!first || others.length > 0) throw new UsageError('Give one license key, on one line of standard input.');
  const found = await client.call(lookupKeys, { body: { licenseKey: first.line } });
  if (found.items.length === 0) throw new Refusal('No key that you may see has this license key.');
  const rows = found.items.map((key) => [key.id, key.maskedKey, key.product.name, key.status]);
  show(found, table(['id', 'license key', 'product', 'status'], rows));
}

/** `keys replace`: the new license key is the first line of standard input. */
export async function replaceKeyText(name: string, { reason }: { reason: string }, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const { id, maskedKey } = await findKey(client, name);
  const [first, ...others] = await readLines(undefined, 'Paste the new license key.');
  if (!first || others.length > 0) throw new UsageError('Give one new license key, on one line of standard input.');
  const key = await client.call(replaceKey, { params: { id }, body: { licenseKey: first.line, reason } });
  for (const { detail } of key.warnings ?? []) say(detail);
  show(key, table(['id', 'license key', 'product', 'status'], [[key.id, key.maskedKey, key.product.name, key.status]]));
  say(`${maskedKey} is revoked, and replaced by ${key.maskedKey}.`);
}
