import { todayIn } from '../../domain/day.ts';
import { change } from '../change.ts';
import type { Actor, App, Ctx, Settings } from '../context.ts';
import { newId } from '../ids.ts';

/** What one request, or one local command, brings along. */
type Occasion = Pick<Ctx, 'requestId' | 'address' | 'idempotency' | 'ifMatch' | 'asked' | 'respondAsync'> & {
  actor: Actor;
  settings: Settings;
};

/** What a verb gets: one moment, one actor with their customers, and the only way to write. */
export function contextOf(app: App, occasion: Occasion): Ctx {
  const now = app.clock();
  const ctx: Ctx = {
    ...occasion,
    app,
    db: app.database.read,
    fragments: app.database.fragments,
    scope: occasion.actor.scope,
    today: todayIn(occasion.settings.timeZone, now),
    now: () => now.toISOString(),
    newId: () => newId(app),
    change: (work) => change(ctx, work),
  };
  return ctx;
}
