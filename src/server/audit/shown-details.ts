import { sql } from 'kysely';
import { inScope, type Scope } from '../../domain/permissions.ts';
import type { ReadCtx } from '../context.ts';
import { customerIn } from '../scope-sql.ts';

type Details = Record<string, unknown>;

/** What a reader may be told of: their customers, and of the other units that entries name, those they may see. */
export type Sight = { scope: Scope; units: ReadonlySet<string> };

/** Members that name another unit by its id. */
const otherUnits = ['movedTo', 'movedFrom'];

/** The reader's sight, as far as these payloads need it. */
export async function sightOf({ db, scope }: ReadCtx, bodies: (string | null)[]): Promise<Sight> {
  if (scope === 'all') return { scope, units: new Set() };
  const named = bodies.flatMap((body) => (body === null ? [] : unitsNamed(parsed(body))));
  if (named.length === 0) return { scope, units: new Set() };
  const rows = await db
    .selectFrom('equipment')
    .select('id')
    .where('id', 'in', [...new Set(named)])
    .where(customerIn(scope, sql`customer_id`))
    .execute();
  return { scope, units: new Set(rows.map(({ id }) => id)) };
}

/**
 * What an entry says: the payload as stored, but that somebody limited to some customers is not told which other
 * customer or unit a record came from or went to (P2). Both are known by the names of their fields.
 */
export function shownDetails(body: string, sight: Sight): Details {
  const details = parsed(body);
  return sight.scope === 'all' ? details : membersShown(details, sight);
}

/** Whether the reader may have the payload as it is stored. */
export function isShownWhole(body: string, sight: Sight): boolean {
  return sight.scope === 'all' || JSON.stringify(shownDetails(body, sight)) === JSON.stringify(parsed(body));
}

function parsed(body: string): Details {
  // Written by appendEntries: an object.
  return JSON.parse(body) as Details;
}

function unitsNamed(details: Details): string[] {
  return otherUnits.flatMap((name) => {
    const id = details[name];
    return typeof id === 'string' ? [id] : [];
  });
}

function membersShown(details: Details, sight: Sight): Details {
  const shown = Object.entries(details).map(([name, value]) => {
    if (/customerId$/i.test(name)) return [name, customersShown(value, sight.scope)];
    if (otherUnits.includes(name)) return [name, typeof value === 'string' && sight.units.has(value) ? value : null];
    return [name, name === 'changes' && isObject(value) ? membersShown(value, sight) : value];
  });
  return Object.fromEntries(shown);
}

/** An id, or the old and the new one. */
function customersShown(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return inScope(scope, value) ? value : null;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([side, id]) => [side, customersShown(id, scope)]));
}

function isObject(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
