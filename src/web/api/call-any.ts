import type { Client } from '../../contract/client.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { client } from './client.ts';

type Input = { params?: unknown; body?: unknown; ifMatch?: number; signal?: AbortSignal };

/** Reads from an endpoint, or sends to it, that is known only when it runs, so that its own types cannot help. */
export function callAny(endpoint: Endpoint, input: Input, call: Client['call'] = client.call): Promise<unknown> {
  // It takes any endpoint; only its types are those of one.
  return (call as (endpoint: Endpoint, input: Input) => Promise<unknown>)(endpoint, input);
}
