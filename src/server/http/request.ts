import type { z } from 'zod';
import { bodyLimitOf, type Endpoint } from '../../contract/endpoint.ts';
import {
  AppError,
  type FaultParams,
  type FieldError,
  invalid,
  mostFaults,
  requestTimeout,
} from '../../domain/errors.ts';
import { requireShape } from './json-shape.ts';
import { readForm } from './read-form.ts';

export type RequestBody = { value: unknown; fingerprint: Uint8Array | string };

/** Reads a request body as its endpoint takes it, within its limit. Refuses other content types, sizes and encodings. */
export async function readBody(endpoint: Endpoint, request: Request): Promise<RequestBody> {
  if (request.method === 'GET') return { value: undefined, fingerprint: '' };
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const limit = bodyLimitOf(endpoint);
  if (endpoint.bodyType === 'multipart') return readMultipart(type, request, limit);
  const bytes = await inTime(readBytes(request, limit));
  if (bytes.length === 0) return { value: undefined, fingerprint: bytes };
  if (type !== 'application/json') throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  requireShape(bytes, limit);
  return { value: parseJson(bytes), fingerprint: bytes };
}

/** A body that is no file comes at once: one that takes longer holds its connection for nothing. */
const longestBodyMs = 30_000;

/** Refuses a body that has not come whole in half a minute; the connection ends with that answer. A file has the server's time. */
async function inTime(body: Promise<Uint8Array>): Promise<Uint8Array> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(requestTimeout()), longestBodyMs);
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(request, limit)) pieces.push(piece);
  return pieces[0] && pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

/** The client left before its request had come whole, or while it waited: nobody reads the answer, and nothing is wrong here. */
export class ClientGone extends AppError {
  constructor() {
    super('invalid', 'The connection ended before the request had come whole. Send it again.');
  }
}

/** What breaks while a body arrives is the connection to the client, whatever its error is called. */
async function* arriving({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch {
    throw new ClientGone();
  }
}

/** The body as it arrives, within the limit. */
async function* piecesOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  requireSize(Number(request.headers.get('content-length')), limit);
  let size = 0;
  for await (const piece of arriving(request)) {
    size += piece.length;
    requireSize(size, limit);
    yield piece;
  }
}

function requireSize(size: number, limit: number): void {
  if (size <= limit) return;
  const most = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
  throw new AppError('too_large', `This address takes ${most} at most. Send less at once.`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw invalid({ pointer: '', code: 'not_json', detail: 'The body is not valid JSON in UTF-8.' });
  }
}

async function readMultipart(type: string | undefined, request: Request, limit: number): Promise<RequestBody> {
  if (type !== 'multipart/form-data')
    throw new AppError('unsupported_media_type', 'Send the file as multipart/form-data.');
  const value: Record<string, unknown> = Object.create(null);
  const prints: string[] = [];
  const body = piecesOf(request, limit);
  for (const { name, value: part, print } of await readForm(request.headers.get('content-type') ?? '', body)) {
    if (Object.hasOwn(value, name))
      throw invalid({ pointer: `/${name}`, code: 'repeated', detail: `Give ${name} once.` });
    value[name] = part;
    prints.push(name, print);
  }
  return { value: { ...value }, fingerprint: JSON.stringify(prints) };
}

/** Checks a value against its schema. `at` is '' for a body, '?' for query parameters, '/' for the path. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: '' | '?' | 'path',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // Made for those that are told alone: one issue may name tens of thousands of fields.
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, at));
  throw invalid(
    faults.slice(0, mostFaults).map((make) => make()),
    Math.max(0, faults.length - mostFaults),
  );
}

type Issue = z.core.$ZodIssue;

/** So much of a name that a client made up is repeated. */
const longestName = 60;

function pointerOf(path: readonly PropertyKey[], at: '' | '?' | 'path'): string {
  if (at === '?') return `?${path.map(String).join('.')}`;
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function faultsOf(issue: Issue, at: '' | '?' | 'path'): (() => FieldError)[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => () => ({
      pointer: pointerOf([...issue.path, name.slice(0, longestName)], at),
      code: at === '?' ? 'unknown_parameter' : 'unknown_field',
      detail: `${JSON.stringify(name.slice(0, longestName).toWellFormed())} is not known here. Leave it out, or check its spelling.`,
    }));
  return [
    () => ({ pointer: pointerOf(issue.path, at), code: codeOf(issue), detail: wordsOf(issue), ...paramsOf(issue) }),
  ];
}

function paramsOf(issue: Issue): { params?: FaultParams } {
  if (issue.code === 'too_big') return { params: { max: Number(issue.maximum) } };
  if (issue.code === 'too_small') return { params: { min: Number(issue.minimum) } };
  if (issue.code !== 'custom') return {};
  const { code: _, ...params } = issue.params ?? {};
  // Written by the contract, from faults of the domain: texts and numbers.
  return Object.keys(params).length > 0 ? { params: params as FaultParams } : {};
}

function codeOf(issue: Issue): string {
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') return issue.params.code;
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'required' : 'wrong_type';
  return issue.code;
}

const typeWords: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function wordsOf(issue: Issue): string {
  const name = issue.path.length > 0 ? String(issue.path.at(-1)) : 'The body';
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${name} is missing: give ${typeWords[issue.expected] ?? issue.expected}.`
        : `${name} takes ${typeWords[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `${name} takes one of ${issue.values.map(String).join(', ')}.`;
    case 'too_big':
      return `${name} is too large: at most ${issue.maximum}.`;
    case 'too_small':
      return issue.message.startsWith('Too small') ? `${name} is too small: at least ${issue.minimum}.` : issue.message;
    default:
      return issue.message;
  }
}
