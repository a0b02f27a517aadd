import { inScope, type Scope } from './permissions.ts';

/** How much of a record somebody sees: all of it, a part of it, or nothing. */
type Sight = 'whole' | 'part' | 'none';

/**
 * How much of a key somebody sees (P2). Its owner's people see all of it; who sees it only because it is with a unit or
 * a person of theirs (`holderIds` are the customers of its active assignments) is told its product, mask, type and
 * validity, and their own assignments. `keyVisible` is the same in SQL.
 */
export function seenKey(scope: Scope, customerId: string, holderIds: readonly string[]): Sight {
  if (inScope(scope, customerId)) return 'whole';
  return holderIds.some((id) => inScope(scope, id)) ? 'part' : 'none';
}

/** Whose a key is, and since when: '' where it was never another's. */
type Owned = { customerId: string; since: string };

/**
 * How much of an assignment somebody sees (P2): it goes by its own customer. The owner's people see of others that a
 * seat of their key is taken since when, and by whose hand, never the unit, the user or why; and nothing of one that was
 * over before the key was theirs. `assignmentVisible` is the same in SQL.
 */
export function seenAssignment(
  scope: Scope,
  { customerId, removedAt }: { customerId: string; removedAt: string | null },
  key: Owned,
): Sight {
  if (inScope(scope, customerId)) return 'whole';
  const isOver = removedAt !== null && removedAt <= key.since;
  return inScope(scope, key.customerId) && !isOver ? 'part' : 'none';
}
