import type { OutputOf } from '../../contract/endpoint.ts';
import type { getMe } from '../../contract/people.ts';
import { todayIn } from '../../domain/day.ts';
import type { Actor, App, ReadCtx, Settings } from '../context.ts';

export type Me = OutputOf<typeof getMe>;

export function describeMe(actor: Actor, settings: Settings, email: string | null, app: App): Me {
  return {
    id: actor.id,
    kind: actor.kind === 'system' ? 'local' : actor.kind,
    name: actor.name,
    email,
    // Every actor has at least one role.
    role: actor.roles[0] as Me['role'],
    customerIds: actor.scope === 'all' ? null : [...actor.scope],
    organisation: settings.organisation,
    timeZone: settings.timeZone,
    locale: settings.locale,
    houseId: settings.houseId,
    today: todayIn(settings.timeZone, app.clock()),
  };
}

/** Who the request acts as. */
export async function whoAmI(ctx: ReadCtx & { app: App }): Promise<Me> {
  const user = await ctx.db.selectFrom('user').select('email').where('id', '=', ctx.actor.id).executeTakeFirst();
  return describeMe(ctx.actor, ctx.settings, user?.email ?? null, ctx.app);
}
