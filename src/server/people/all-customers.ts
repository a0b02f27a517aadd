import { type Actor, customersLimited } from '../context.ts';

/** Refuses an actor limited to certain customers where the matter reaches beyond any customer. */
export function requireAllCustomers(actor: Actor): void {
  if (actor.scope === 'all') return;
  throw customersLimited();
}
