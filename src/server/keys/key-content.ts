import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { contentFields } from '../../contract/keys.ts';
import { type Delivery, longestLicenseFile, maskOfFile } from '../../domain/deliveries.ts';
import { AppError, type FieldError, invalid } from '../../domain/errors.ts';
import { type ParsedLicenseKey, parseLicenseKey, type Warning } from '../../domain/license-key.ts';
import { shownFileName } from '../shown-file-name.ts';

/** The secret of a key: what is encrypted (a file in base64), and the two forms it is unique and found by. */
export type KeySecret = { text: string; strict: string; loose: string };

/** What a key is delivered as (K18): its secret, none by account, and what may be shown of it. */
export type KeyContent = {
  delivery: Delivery;
  secret: KeySecret | null;
  tail: string;
  mask: string;
  /** '' where it is no file, or a block that was pasted. */
  fileName: string;
  /** In bytes; 0 where it is no file. */
  fileSize: number;
  warnings: Warning[];
};

/** What a request says of it. */
export type GivenContent = z.output<z.ZodObject<typeof contentFields>>;

const noFile = { fileName: '', fileSize: 0 };
const byAccount: KeyContent = { delivery: 'account', secret: null, tail: '', mask: '', ...noFile, warnings: [] };

/**
 * Reads what a key is delivered as: a license key, a license file where one is given, or neither by account, which has to
 * be said. Refuses what the delivery has not. Pointers begin with `at`.
 */
export function readContent(given: GivenContent, at = ''): KeyContent {
  const { licenseKey, allowSimilarTo } = given;
  const licenseFile = given.licenseFile ?? undefined;
  const delivery = given.delivery ?? (licenseFile && licenseKey === undefined ? 'file' : 'key');
  const faults = [
    ...(licenseKey !== undefined && delivery !== 'key' ? ['licenseKey'] : []),
    ...(licenseFile !== undefined && delivery !== 'file' ? ['licenseFile'] : []),
    ...(allowSimilarTo !== undefined && delivery !== 'key' ? ['allowSimilarTo'] : []),
  ].map((field) => ({ pointer: `${at}/${field}`, ...notOfDelivery }));
  if (faults.length > 0) throw invalid(faults);
  switch (delivery) {
    case 'account':
      return byAccount;
    case 'file':
      return readFile(licenseFile, `${at}/licenseFile`);
    case 'key':
      return contentOfText(parseLicenseKey(licenseKey ?? '', `${at}/licenseKey`));
  }
}

const notOfDelivery = {
  code: 'not_of_delivery',
  detail: 'What is delivered in this way has no such thing. Leave it out, or choose another delivery.',
};

/** The contents of many keys; the faults of all are told at once. */
export function readContents(bodies: readonly GivenContent[]): KeyContent[] {
  const faults: FieldError[] = [];
  const contents = bodies.flatMap((body, i) => {
    try {
      return [readContent(body, `/keys/${i}`)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      faults.push(...error.errors);
      return [];
    }
  });
  if (faults.length > 0) throw invalid(faults);
  return contents;
}

/** A key that is a text. */
export function contentOfText({ text, strict, loose, ...shown }: ParsedLicenseKey): KeyContent {
  return { delivery: 'key', secret: { text, strict, loose }, ...shown, ...noFile };
}

/** What a stored text is unique and found by. Refuses a license key that an earlier version took and this one does not. */
export function formsOf(delivery: Delivery, text: string): Pick<KeySecret, 'strict' | 'loose'> {
  if (delivery !== 'file') return parseLicenseKey(text);
  // No form of a license key has a line break, so that a file is never taken for one.
  const form = `file\n${text}`;
  return { strict: form, loose: form };
}

type LicenseFile = NonNullable<GivenContent['licenseFile']>;

function readFile(given: LicenseFile | undefined, pointer: string): KeyContent {
  const bytes = bytesOf(given);
  if (bytes.length === 0) throw invalid({ pointer, code: 'required', detail: 'Give the license file.' });
  if (bytes.length > longestLicenseFile) throw invalid({ pointer, ...tooLarge });
  const text = bytes.toString('base64');
  const fileName = given?.name === undefined ? '' : shownFileName(given.name, 'license');
  const tail = digestEnd(bytes);
  return {
    delivery: 'file',
    secret: { text, ...formsOf('file', text) },
    tail,
    mask: maskOfFile(shortened(fileName), tail),
    fileName,
    fileSize: bytes.length,
    warnings: [],
  };
}

const tooLarge = {
  code: 'file_too_large',
  detail: `A license file may have ${longestLicenseFile / 1024} KiB.`,
  params: { max: longestLicenseFile / 1024 },
};

const lineEnds = /\r\n?/g;

/** A block of lines that was pasted is the same whatever its line ends are; a file is its bytes. */
function bytesOf(given: LicenseFile | undefined): Buffer {
  const bytes = Buffer.from(given?.content ?? '', 'base64');
  if (given?.name !== undefined) return bytes;
  const block = bytes.toString('utf8');
  return Buffer.from(block, 'utf8').equals(bytes) ? Buffer.from(block.replace(lineEnds, '\n'), 'utf8') : bytes;
}

const shownOfDigest = 8;
/** Who sees the digest of less could try out what it may be. */
const fewestBytes = 20;

/** The end of what `sha256sum` says of the file. */
function digestEnd(bytes: Buffer): string {
  if (bytes.length < fewestBytes) return '';
  return createHash('sha256').update(bytes).digest('hex').slice(-shownOfDigest);
}

const longestName = 40;
const endOfName = 8;

/** The beginning of a long name and its end, which says of what kind it is. */
function shortened(name: string): string {
  const letters = [...name];
  if (letters.length <= longestName) return name;
  return `${letters.slice(0, longestName - endOfName - 1).join('')}…${letters.slice(-endOfName).join('')}`;
}
