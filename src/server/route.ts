import type { BodyOf, Endpoint, OutputOf, ParamsOf, QueryOf } from '../contract/endpoint.ts';
import { withPatience } from '../db/patience.ts';
import { AppError } from '../domain/errors.ts';
import type { App, Ctx } from './context.ts';

/** Headers a handler may add to its answer; `cookies` where it sets more than one. */
export type Reply = { headers: Record<string, string>; cookies?: string[] };

/** What a handler gets: the parts of the request, as the contract's schemas read them. */
export type Input<E extends Endpoint> = {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  search: URLSearchParams;
};

type AnyInput = { params: unknown; query: unknown; body: unknown; search: URLSearchParams };

export type Route = {
  endpoint: Endpoint;
  handle: (ctx: Ctx, input: AnyInput, reply: Reply) => Promise<unknown>;
  /** Answers a repeated request from the stored ids. */
  replay: (ctx: Ctx, result: unknown, input: AnyInput, reply: Reply) => Promise<unknown>;
};

export type PublicCtx = {
  app: App;
  requestId: string;
  address: string | undefined;
  reply: Reply;
  cookies: string | undefined;
};

export type PublicRoute = {
  endpoint: Endpoint;
  handlePublic: (ctx: PublicCtx, input: AnyInput) => Promise<unknown>;
};

/** A read, or a write without a body in its answer: endpoint → function. A long answer comes as a stream of its JSON. */
export function route<E extends Endpoint>(
  endpoint: E,
  handle: (ctx: Ctx, input: Input<E>, reply: Reply) => Promise<OutputOf<E> | ReadableStream<Uint8Array>>,
): Route {
  const once = async (): Promise<never> => {
    throw new AppError(
      'shown_once',
      'That request was answered already, and its answer is shown only once. Make a new one.',
    );
  };
  // `http.ts` has parsed the input with this endpoint's own schemas.
  return { endpoint, handle: handle as Route['handle'], replay: once };
}

/** A write: the verb's result holds ids and counts; the answer is built from it, then and at every repetition. */
export function write<E extends Endpoint, Result>(
  endpoint: E,
  verb: (ctx: Ctx, input: Input<E>) => Promise<Result>,
  answer: (ctx: Ctx, result: Result, input: Input<E>) => Promise<OutputOf<E>>,
): Route {
  return {
    endpoint,
    handle: async (ctx, input) => {
      // `http.ts` has parsed the input with this endpoint's own schemas.
      const parsed = input as Input<E>;
      return answer(ctx, await verb(ctx, parsed), parsed);
    },
    // What `change` stored is the verb's own result.
    replay: (ctx, result, input) => answer(ctx, result as Result, input as Input<E>),
  };
}

/** Work that is known to take long: its statements may take as long as those of an import. */
export function patiently<Given extends unknown[], Result>(
  work: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  return (...given) => withPatience('work', () => work(...given));
}

/** An endpoint that needs no actor. */
export function publicRoute<E extends Endpoint>(
  endpoint: E,
  handle: (ctx: PublicCtx, input: Input<E>) => Promise<OutputOf<E>>,
): PublicRoute {
  // `http.ts` has parsed the input with this endpoint's own schemas.
  return { endpoint, handlePublic: handle as PublicRoute['handlePublic'] };
}
