import { z } from 'zod';
import {
  type BodyInputOf,
  basePath,
  type Endpoint,
  type OutputOf,
  outputTypes,
  type ParamsOf,
  type QueryOf,
} from './endpoint.ts';
import { encodeFilter } from './list.ts';
import { problem as problemSchema } from './problem.ts';

export type Problem = z.output<typeof problemSchema>;

/** A refusal, as the server said it. `problem.code` tells programs, `problem.detail` people. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** How long to wait before trying again, where the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Something answered, but not in this API's words: another program, a proxy's own page, another version. */
export class NotKeybookError extends Error {}

/** `baseUrl` is what stands before /api/v1; '' for the page's own server. */
export type ClientOptions = { baseUrl: string; token?: string; fetch?: typeof fetch };

/** A list of values is a filter's: any of them. A text goes as it is, as an address has it. */
type Query = Record<string, string | number | boolean | readonly string[] | undefined>;
/** What an endpoint leaves open has the type unknown, and then nothing need be given. */
type Given<Name extends string, Value> = unknown extends Value
  ? { [N in Name]?: undefined }
  : undefined extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value };
type OwnQuery<E extends Endpoint> = unknown extends QueryOf<E> ? { query?: Query } : { query?: QueryOf<E> };

/** The parts of one request: what the endpoint's schemas take, and the headers that go with a write. */
type CallInput<E extends Endpoint> = Given<'params', ParamsOf<E>> &
  Given<'body', BodyInputOf<E>> &
  OwnQuery<E> & { ifMatch?: number | '*'; idempotencyKey?: string; respondAsync?: true; signal?: AbortSignal };

type Optional<T> = Record<never, never> extends T ? [input?: T] : [input: T];

export type Client = {
  /** Calls an endpoint; throws `ProblemError` for a refusal. An answer of another content type comes as a Blob. */
  call<E extends Endpoint>(endpoint: E, ...input: Optional<CallInput<E>>): Promise<OutputOf<E>>;
};

/** A client of one server, for every endpoint of the contract. */
export function createClient({ baseUrl, token, fetch: send = fetch }: ClientOptions): Client {
  const call = async (endpoint: Endpoint, input: AnyInput = {}): Promise<unknown> => {
    const { body, signal } = input;
    const response = await send(baseUrl.replace(/\/+$/, '') + basePath + addressOf(endpoint, input), {
      method: endpoint.method,
      headers: headersOf(endpoint, input, token),
      ...(body !== undefined && { body: bodyOf(endpoint, body) }),
      ...(signal && { signal }),
      // Nothing of the API leads elsewhere: whoever does would be sent the body, and license keys in it.
      redirect: 'error',
    });
    return answerOf(endpoint, response);
  };
  // The answer is read with the endpoint's own schema, so it has that endpoint's type.
  return { call: call as Client['call'] };
}

type AnyInput = {
  params?: unknown;
  query?: unknown;
  body?: unknown;
  ifMatch?: number | '*';
  idempotencyKey?: string;
  /** Rather an answer at once than when the work is done; read the record to see how far it is. */
  respondAsync?: true;
  signal?: AbortSignal;
};

function addressOf(endpoint: Endpoint, { params, query }: AnyInput): string {
  const values = new Map(Object.entries(params ?? {}));
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, Array.isArray(value) ? encodeFilter(value) : String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

function headersOf(endpoint: Endpoint, input: AnyInput, token: string | undefined): Record<string, string> {
  const { body, ifMatch, idempotencyKey, respondAsync } = input;
  return {
    accept: [...outputTypes(endpoint), 'application/problem+json'].join(', '),
    // A form's boundary is known only to whoever sends it, so fetch writes that header.
    ...(body !== undefined && endpoint.bodyType !== 'multipart' && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch === '*' ? '*' : `"${ifMatch}"` }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(respondAsync && { prefer: 'respond-async' }),
  };
}

function bodyOf(endpoint: Endpoint, body: unknown): string | FormData {
  if (endpoint.bodyType !== 'multipart') return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of Object.entries(body ?? {})) {
    if (value === undefined) continue;
    form.append(name, value instanceof Blob ? value : String(value));
  }
  return form;
}

async function answerOf(endpoint: Endpoint, response: Response): Promise<unknown> {
  if (!response.ok) throw await refusalOf(response);
  if (response.status === 204 || (!endpoint.output && !endpoint.outputType)) return undefined;
  if (!outputTypes(endpoint).includes('application/json')) return response.blob();
  const parsed = endpoint.output?.safeParse(await jsonOf(response));
  if (parsed && !parsed.success) throw strange(response, z.prettifyError(parsed.error));
  return parsed?.data;
}

async function refusalOf(response: Response): Promise<Error> {
  const body = await jsonOf(response);
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return strange(response, 'its refusal has another form');
  const retry = Number(response.headers.get('retry-after') ?? 'NaN');
  return new ProblemError(parsed.data, Number.isFinite(retry) ? retry : undefined);
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw strange(response, 'it does not answer JSON');
  }
}

function strange(response: Response, why: string): NotKeybookError {
  return new NotKeybookError(
    `What answers at ${response.url} (${response.status}) is no Keybook of this version: ${why}.`,
  );
}
