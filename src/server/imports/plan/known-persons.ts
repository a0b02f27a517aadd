import type { WriteDb } from '../../../db/open.ts';
import { foldText } from '../../../domain/fold.ts';
import type { Ctx } from '../../context.ts';
import { isPersonInSight } from '../../people/user-queries.ts';
import { holderVisible } from '../../scope/scope-sql.ts';
import type { PlannedRow } from './planned-row.ts';

/** The folded names of those persons of the rows that an assignment or an account knows, within the actor's customers. */
export async function knownPersons(
  tx: WriteDb,
  { fragments, actor, scope }: Ctx,
  rows: readonly PlannedRow[],
): Promise<ReadonlySet<string>> {
  const names = rows.flatMap(({ person }) => (person === undefined ? [] : [foldText(person)]));
  if (names.length === 0) return new Set();
  const assigned = await tx
    .selectFrom('assignment as a')
    .select('a.user_f')
    .distinct()
    .where(fragments.isInList('a.user_f', fragments.listOf(names)))
    .where(holderVisible(scope, 'a'))
    .execute();
  const people = await tx.selectFrom('user').select(['id', 'name', 'scope']).where('kind', '=', 'person').execute();
  const accounts = people.filter((person) => isPersonInSight({ actor, scope }, person));
  return new Set([...assigned.map(({ user_f }) => user_f), ...accounts.map(({ name }) => foldText(name))]);
}
