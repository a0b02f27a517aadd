import { sql } from 'kysely';
import { inScope, type Scope } from '../../domain/permissions.ts';
import { may, type ReadCtx } from '../context.ts';
import { customerIn, keyOwn, keyVisible } from '../scope/scope-sql.ts';

type Details = Record<string, unknown>;
type Named = 'unit' | 'key' | 'license';

/** What a reader may be told of: their customers, addresses, and of the records that entries name those they may see. */
export type Sight = {
  scope: Scope;
  seesAddresses: boolean;
  records: Record<Named, ReadonlySet<string>>;
  /** Of the keys that the entries are about, the reader's own. */
  ownKeys: ReadonlySet<string>;
};

/** The payload of an entry, and the key it is about. */
export type Told = { keyId: string | null; body: string | null };

/** Members that name another record by its id. */
const others: Record<string, Named> = {
  movedTo: 'unit',
  movedFrom: 'unit',
  replaces: 'key',
  replacedBy: 'key',
  allowSimilarTo: 'key',
  licenseId: 'license',
};

/** Members that say where somebody is or can be written to: they are for who may read people (S13). */
const addresses = ['address', 'email'];

/** The reader's sight, as far as these payloads need it. */
export async function sightOf(ctx: ReadCtx, entries: Told[]): Promise<Sight> {
  const { db, scope, fragments } = ctx;
  const nothing: Sight['records'] = { unit: new Set(), key: new Set(), license: new Set() };
  const sight = { scope, seesAddresses: may(ctx, 'people.read'), records: nothing, ownKeys: new Set<string>() };
  if (scope === 'all') return sight;
  const named = entries.flatMap(({ body }) => (body === null ? [] : recordsNamed(parsed(body))));
  const idsOf = (record: Named) => [...new Set(named.flatMap(({ kind, id }) => (kind === record ? [id] : [])))];
  const among = (record: Named, column: string) => fragments.isInList(column, fragments.listOf(idsOf(record)));
  const own = (column: string) => customerIn(scope, sql.ref(column));
  const [unit, key, license] = [
    db.selectFrom('equipment as e').select('e.id').where(among('unit', 'e.id')).where(own('e.customer_id')),
    db.selectFrom('key as k').select('k.id').where(among('key', 'k.id')).where(keyVisible(scope)),
    db.selectFrom('license as l').select('l.id').where(among('license', 'l.id')).where(own('l.customer_id')),
  ] as const;
  const seen = async (record: Named, query: { execute(): Promise<{ id: string }[]> }) =>
    idsOf(record).length === 0 ? new Set<string>() : new Set((await query.execute()).map(({ id }) => id));
  const about = fragments.listOf([...new Set(entries.flatMap(({ keyId }) => keyId ?? []))]);
  const ownKeys = await db
    .selectFrom('key as k')
    .select('k.id')
    .where(fragments.isInList('k.id', about))
    .where(keyOwn(scope))
    .execute();
  return {
    ...sight,
    ownKeys: new Set(ownKeys.map(({ id }) => id)),
    records: { unit: await seen('unit', unit), key: await seen('key', key), license: await seen('license', license) },
  };
}

/**
 * What an entry says: the payload as stored, but that somebody limited to some customers is not told which other
 * customer or record a record came from, went to or goes with (P2), nor what it was at another customer's, nor which seat
 * of a foreign key; and that addresses are for who may read people. All are known by the names of their fields.
 */
export function shownDetails({ keyId, body }: Told & { body: string }, sight: Sight): Details {
  const details = parsed(body);
  if (sight.scope === 'all' && sight.seesAddresses) return details;
  const shown = membersShown(details, sight);
  if (sight.scope === 'all' || keyId === null || sight.ownKeys.has(keyId)) return shown;
  const { seat: _, ...withoutSeat } = shown;
  return withoutSeat;
}

/** Whether the reader may have the payload as it is stored. */
export function isShownWhole(entry: Told & { body: string }, sight: Sight): boolean {
  return JSON.stringify(shownDetails(entry, sight)) === JSON.stringify(parsed(entry.body));
}

function parsed(body: string): Details {
  // Written by appendEntries: an object.
  return JSON.parse(body) as Details;
}

function recordsNamed(details: Details): { kind: Named; id: string }[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (name === 'changes' && isObject(value)) return recordsNamed(value);
    const kind = others[name];
    return kind === undefined ? [] : textsOf(value).map((id) => ({ kind, id }));
  });
}

/** A text, or the old and the new one. */
function textsOf(value: unknown): string[] {
  const values = isObject(value) ? Object.values(value) : [value];
  return values.filter((one) => typeof one === 'string');
}

function membersShown(details: Details, sight: Sight): Details {
  const shown = Object.entries(details).flatMap(([name, value]): [string, unknown][] => {
    if (!sight.seesAddresses && addresses.includes(name)) return [];
    // What survives an erasure may tell of customers and licenses of before.
    if (sight.scope !== 'all' && name === 'facts') return [];
    const kind = others[name];
    if (/customerId$/i.test(name)) return [[name, idsShown(value, (id) => inScope(sight.scope, id))]];
    if (sight.scope !== 'all' && kind !== undefined)
      return [[name, idsShown(value, (id) => id === '' || sight.records[kind].has(id))]];
    if (name === 'changes' && isObject(value)) return [[name, changesShown(value, sight)]];
    if (name === 'actor' && isObject(value)) return [[name, membersShown(value, sight)]];
    return [[name, value]];
  });
  return Object.fromEntries(shown);
}

/** A record that came from a customer out of sight is told as it came, not as it was there. */
function changesShown(changes: Details, sight: Sight): Details {
  const { customerId } = changes;
  const before = isObject(customerId) ? customerId.old : undefined;
  const shown = membersShown(changes, sight);
  if (typeof before !== 'string' || inScope(sight.scope, before)) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, isObject(value) ? { ...value, old: null } : value]),
  );
}

/** An id, or the old and the new one. */
function idsShown(value: unknown, isSeen: (id: string) => boolean): unknown {
  if (typeof value === 'string') return isSeen(value) ? value : null;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([side, id]) => [side, idsShown(id, isSeen)]));
}

function isObject(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
