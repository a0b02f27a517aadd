import type { BodyOf, Endpoint } from '../contract/endpoint.ts';
import { todayIn } from '../domain/day.ts';
import { change } from './change.ts';
import type { App, Ctx } from './context.ts';
import { newId } from './ids.ts';
import { readSettings, systemActor } from './people/actors.ts';
import { check } from './request.ts';

/** What a verb gets when the command line on the server's own machine calls it: the system acts, over all customers. */
export async function localContext(app: App): Promise<Ctx> {
  const settings = await readSettings(app);
  const actor = systemActor('local');
  const now = app.clock();
  const ctx: Ctx = {
    app,
    db: app.database.read,
    fragments: app.database.fragments,
    actor,
    scope: actor.scope,
    settings,
    today: todayIn(settings.timeZone, now),
    requestId: newId(app),
    address: undefined,
    idempotency: undefined,
    ifMatch: undefined,
    now: () => now.toISOString(),
    newId: () => newId(app),
    change: (work) => change(ctx, work),
  };
  return ctx;
}

/** Judges a body as its endpoint would; refuses with the same words. */
export function checkBody<E extends Endpoint>(endpoint: E, value: unknown): BodyOf<E> {
  if (!endpoint.body) throw new Error(`${endpoint.path} takes no body`);
  // Judged by that endpoint's own schema.
  return check(endpoint.body, value, '') as BodyOf<E>;
}
