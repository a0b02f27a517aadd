import type { BodyOf, Endpoint } from '../contract/endpoint.ts';
import { readIfProven } from './audit/read-log.ts';
import type { App, Ctx } from './context.ts';
import { check } from './http/request.ts';
import { contextOf } from './http/request-context.ts';
import { newId } from './ids.ts';
import { readSettings, systemActor } from './people/actors.ts';

/** What a verb gets when the command line on the server's own machine calls it: the system acts, over all customers. */
export async function localContext(app: App): Promise<Ctx> {
  await readIfProven(app);
  return contextOf(app, {
    actor: systemActor('local'),
    settings: await readSettings(app),
    requestId: newId(app),
    address: undefined,
    idempotency: undefined,
    ifMatch: undefined,
    asked: undefined,
  });
}

/** Judges a body as its endpoint would; refuses with the same words. */
export function checkBody<E extends Endpoint>(endpoint: E, value: unknown): BodyOf<E> {
  if (!endpoint.body) throw new Error(`${endpoint.path} takes no body`);
  // Judged by that endpoint's own schema.
  return check(endpoint.body, value, '') as BodyOf<E>;
}
