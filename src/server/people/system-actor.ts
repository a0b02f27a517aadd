import type { Actor } from '../context.ts';

/** The user that jobs and the local command line act as; made with the organisation. */
export const systemUserId = 'system';

/** The system as an actor: jobs, and commands run on the database itself. */
export function systemActor(kind: 'system' | 'local'): Actor {
  return { kind, id: systemUserId, name: 'System', roles: ['administrator'], scope: 'all' };
}
