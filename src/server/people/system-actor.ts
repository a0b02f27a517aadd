import type { Actor, App } from '../context.ts';

/** The user that jobs and the local command line act as; made with the organisation. */
export const systemUserId = 'system';

/** The system as an actor: jobs, and commands run on the database itself. */
export function systemActor(kind: 'system' | 'local'): Actor {
  return { kind, id: systemUserId, name: 'System', roles: ['administrator'], scope: 'all' };
}

/** By whom the system makes a change of its own: nobody asks for it, so nobody is asked again. */
export function bySystem(app: App, kind: 'system' | 'local', now: string = app.clock().toISOString()) {
  return {
    app,
    actor: systemActor(kind),
    address: undefined,
    idempotency: undefined,
    asked: undefined,
    now: () => now,
  };
}
