import type { Endpoint } from '../../contract/endpoint.ts';
import { client } from './client.ts';

type Input = { params?: unknown; body?: unknown; ifMatch?: number; idempotencyKey?: string; signal?: AbortSignal };

/** Calls an endpoint that is known only when it runs, so that its own types cannot help. */
export function callAny(endpoint: Endpoint, input: Input): Promise<unknown> {
  // The client itself takes any endpoint; only its types are those of one endpoint.
  return (client.call as (endpoint: Endpoint, input: Input) => Promise<unknown>)(endpoint, input);
}
