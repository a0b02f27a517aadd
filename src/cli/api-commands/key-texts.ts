import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type Client, ProblemError } from '../../contract/client.ts';
import type { BodyInputOf, OutputOf } from '../../contract/endpoint.ts';
import { createKey, createKeys, lookupKeys, replaceKey, revealKey } from '../../contract/keys.ts';
import { keyTypes } from '../../domain/key-rules.ts';
import { Refusal, UsageError } from '../exit.ts';
import { counted, table } from '../output.ts';
import { readLines } from '../read-input.ts';
import { connect } from './connect.ts';
import { findCustomerId, findKey, nameOfKey } from './find.ts';
import { contentOf, type DeliveryOptions, writeRevealed } from './license-file.ts';

type AddOptions = DeliveryOptions & {
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

/** `keys add`: the texts come from a file or standard input, or there is one license file or none; the rest of each record comes from the options. */
export async function addKeys(file: string | undefined, options: AddOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const common = await commonFields(client, options);
  const content = await contentOf(options);
  if (content) {
    if (file !== undefined || options.dryRun)
      throw new UsageError('--file and --delivery add one key, without a file of license keys and without --dry-run.');
    const key = await client.call(createKey, { body: { ...common, ...content } });
    show(key, keyTable(key));
    return say('1 key added.');
  }
  const lines = await readLines(file, 'Paste license keys, one a line.');
  if (lines.length === 0) throw new UsageError('There is no license key to add: every line is empty.');
  if (lines.length > mostLines)
    throw new UsageError(`${lines.length} keys are too many at once: ${mostLines} at most. Use keybook import.`);
  const keys = lines.map(({ line }) => ({ ...common, licenseKey: line }));
  const made = await createAll(client, keys, lines, options.dryRun === true);
  for (const { detail, pointer } of made.warnings ?? []) say(`${lineOf(pointer, lines)}: ${detail}`);
  show(made, keyTable(...made.items));
  say(
    made.dryRun
      ? `${counted(keys.length, 'key')} can be added. Nothing was saved.`
      : `${counted(made.items.length, 'key')} added.`,
  );
}

const heads = ['id', 'license key', 'product', 'status'];

function keyTable(...keys: OutputOf<typeof createKey>[]): string[] {
  if (keys.length === 0) return [];
  const rows = keys.map((key) => [key.id, key.maskedKey, key.product.name, key.status]);
  return table(heads, rows);
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
  show(found, keyTable(...found.items));
}

/** `keys replace`: the new license key is the first line of standard input, unless it is delivered otherwise. */
export async function replaceKeyText(
  name: string,
  { reason, ...delivery }: DeliveryOptions & { reason: string },
  command: Command,
): Promise<void> {
  const { client, show, say } = connect(command);
  const { id, maskedKey } = await findKey(client, name);
  const content = (await contentOf(delivery)) ?? (await readNewKey());
  const key = await client.call(replaceKey, { params: { id }, body: { ...content, reason } });
  for (const { detail } of key.warnings ?? []) say(detail);
  show(key, keyTable(key));
  say(`${nameOfKey(maskedKey)} is revoked, and replaced by ${key.maskedKey || 'one by account'}.`);
}

async function readNewKey(): Promise<{ licenseKey: string }> {
  const [first, ...others] = await readLines(undefined, 'Paste the new license key.');
  if (!first || others.length > 0) throw new UsageError('Give one new license key, on one line of standard input.');
  return { licenseKey: first.line };
}

/** `keys reveal`: the license key alone on stdout, or the license file as it is, there or in a new file. */
export async function reveal(name: string, { file }: { file?: string }, command: Command): Promise<void> {
  const { client, show, say, isJson } = connect(command);
  const { id, maskedKey, delivery } = await findKey(client, name);
  if (delivery !== 'file' && file !== undefined) throw new UsageError('--file is for license files.');
  // A terminal obeys what a file may hold.
  if (delivery === 'file' && file === undefined && !isJson && process.stdout.isTTY)
    throw new UsageError('This is a license file. Name a new file with --file.');
  if (file !== undefined && existsSync(file)) throw new Refusal(`${file} exists. Name a new one.`);
  const revealed = await client.call(revealKey, { params: { id } });
  if ('licenseKey' in revealed) show({ id, ...revealed }, [revealed.licenseKey]);
  else if (isJson && file === undefined) show({ id, ...revealed }, []);
  else await writeRevealed(revealed.licenseFile, file);
  say(`${maskedKey} was revealed, and that is recorded.`);
}
