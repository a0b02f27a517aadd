import type { z } from 'zod';
import type { ProblemCode } from '../domain/errors.ts';
import type { Action } from '../domain/permissions.ts';
import type { ListSpec } from './list.ts';
import { idParams } from './values.ts';

/** Where all endpoints are. Here and not beside their list, which needs all of them. */
export const basePath = '/api/v1';

/** The most bytes of a body: where no more is said; of one record with its texts; of one with a license file; of many records, or one with long lists. */
export const bodyLimits = {
  usual: 16 * 1024,
  record: 256 * 1024,
  licenseFile: 512 * 1024,
  batch: 1024 * 1024,
  file: 50 * 1024 * 1024,
};

/** How a repeated POST with the same Idempotency-Key is answered: built again, refused as shown once, or run again. */
type Replay = 'rebuild' | 'shownOnce' | 'never';

/** What every endpoint may refuse with: an address takes only what it names, and whoever asks too often is told to wait. */
export const codesOfAll = [
  'internal',
  'busy',
  'unavailable',
  'log_inconsistent',
  'invalid',
  'wrong_host',
  'headers_too_large',
  'too_many_requests',
] as const satisfies readonly ProblemCode[];

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One endpoint of the HTTP surface as a value: the server, the client, the command line and the OpenAPI description
 * read it. `permission` is required: a row of the table of permissions, or 'public' for what needs no actor.
 */
export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> = {
  method: Method;
  /** Below /api/v1, with `{name}` for a path parameter. */
  path: string;
  summary: string;
  tag: string;
  permission: Action | 'public';
  /** A second action that must be allowed as well. */
  alsoNeeds?: Action;
  status: 200 | 201 | 202 | 204 | 302;
  /** Which signed-in people that are not done signing in may call it: 'code' is still to come, or 'enrolment' is. */
  unfinished?: readonly ('code' | 'enrolment')[];
  params?: Params;
  query?: Query;
  /** A list takes the query parameters its fields give it. */
  list?: ListSpec;
  body?: Body;
  /** 'multipart' bodies are parsed into the same object, files as `FormFile`. */
  bodyType?: 'json' | 'multipart';
  /** The most bytes of a body, where 16 KiB (a form: 50 MiB) are not right. */
  bodyLimit?: number;
  output?: Output;
  /** The content types the answer may have, where they are not JSON alone. */
  outputType?: string | readonly string[];
  ifMatch?: 'required' | 'honoured';
  replay?: Replay;
  /** Honours `Prefer: respond-async` (RFC 7240): answers before the work is done. */
  prefersAsync?: true;
  /** A read that is recorded in the log: no page of another site may start it. */
  isRecorded?: true;
  /** What costs much, and so is limited for each person: an import or its rehearsal, a read or a change of very many rows. */
  costs?: 'import' | 'read' | 'write';
  /** The codes of its own: those that come with its kind (`codesOfAll`, a record that is not there, a stale version) are not named. */
  errors: readonly Exclude<ProblemCode, (typeof codesOfAll)[number]>[];
};

/** The most bytes an endpoint takes as a body. */
export function bodyLimitOf({ bodyType, bodyLimit }: Endpoint): number {
  return bodyLimit ?? (bodyType === 'multipart' ? bodyLimits.file : bodyLimits.usual);
}

/** The content types of an endpoint's answer. */
export function outputTypes({ outputType = 'application/json' }: Endpoint): string[] {
  return [outputType].flat();
}

type ParamsIn<Path> = Path extends `${string}{id}${string}` ? z.output<typeof idParams> : unknown;
type Unsaid = 'tag' | 'status' | 'errors';

/**
 * Declares the endpoints of one tag, `at` a method and path, and keeps the exact types of their parts. Where they do not
 * say: the status is 200, of a DELETE 204; `{id}` in the path is an id; there is no code of its own.
 */
export function endpointsOf(tag: string) {
  return <
    Path extends string,
    Query extends z.ZodType,
    Body extends z.ZodType,
    Output extends z.ZodType,
    Params extends z.ZodType = z.ZodType<ParamsIn<Path>, ParamsIn<Path>>,
  >({
    at,
    ...said
  }: Omit<Endpoint<Params, Query, Body, Output>, Unsaid | 'method' | 'path'> &
    Pick<Partial<Endpoint>, Unsaid> & { at: `${Method} ${Path}` }): Endpoint<Params, Query, Body, Output> => {
    // As the type says.
    const [method, path] = at.split(' ') as [Method, Path];
    return {
      tag,
      method,
      path,
      status: method === 'DELETE' ? 204 : 200,
      errors: [],
      // Where the path has an id and the endpoint names no others, its type is that of these parameters.
      ...(path.includes('{id}') && { params: idParams as z.ZodType as Params }),
      ...said,
    };
  };
}

export type ParamsOf<E> = E extends Endpoint<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type BodyOf<E> = E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type BodyInputOf<E> = E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.input<B> : never;
export type QueryOf<E> = E extends Endpoint<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type OutputOf<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer O> ? z.output<O> : never;
