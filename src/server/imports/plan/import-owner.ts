import { coversScope } from '../../../domain/permissions.ts';
import type { App, Ctx } from '../../context.ts';
import { readScope } from '../../people/acting.ts';

/** Who ran an import, and which customers they reached, as its row has it. */
export type Owned = { id: string; actor_id: string; scope: string };

/** Proves that the server wrote whose an import is: that decides who reads of it, and whose rows are given back to whom. */
export function ownerSeal({ vault }: Pick<App, 'vault'>, { id, actor_id, scope }: Owned): string {
  return vault.sealRow('import_owner', [id, actor_id, scope]);
}

type Reader = Pick<Ctx, 'app' | 'actor' | 'scope'>;

/** Whether the actor ran it, and still reaches all that it reached. */
export function isOwner({ app, actor, scope }: Reader, run: Owned & { owner_seal: string }): boolean {
  return (
    run.actor_id === actor.id && run.owner_seal === ownerSeal(app, run) && coversScope(scope, readScope(run.scope))
  );
}
