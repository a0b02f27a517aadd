import { AppError } from '../../domain/errors.ts';
import type { Actor } from '../context.ts';

/** Refuses an actor limited to certain customers where the matter reaches beyond any customer. */
export function requireAllCustomers(actor: Actor): void {
  if (actor.scope === 'all') return;
  throw new AppError('forbidden', 'This is for people who may see all customers. Ask an administrator.');
}
