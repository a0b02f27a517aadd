import { forbidden } from '../../domain/errors.ts';
import type { Actor } from '../context.ts';

/** Refuses an actor limited to certain customers where the matter reaches beyond any customer. */
export function requireAllCustomers(actor: Actor): void {
  if (actor.scope === 'all') return;
  throw forbidden({
    code: 'customers_limited',
    detail: 'This is for people who may see all customers. Ask an administrator.',
  });
}
