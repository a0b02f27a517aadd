import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { auditList, type listAudit } from '../../contract/audit.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { type AuditAction, actionsOfGroup, auditActions, auditGroup, auditGroups } from '../../domain/audit/actions.ts';
import { auditSentence } from '../../domain/audit/sentence.ts';
import { endOfDayUtc, isDay, startOfDayUtc } from '../../domain/day.ts';
import { invalid } from '../../domain/errors.ts';
import { wordsOfApi } from '../../domain/every-language.ts';
import type { ReadCtx } from '../context.ts';
import { labelsFor } from '../list/labels.ts';
import { listPage } from '../list/list-page.ts';
import type { Condition, FieldSql, ListSource } from '../list/run-list.ts';
import { lineMatches } from '../list/search.ts';
import { customerIn, entryVisible, keyVisible } from '../scope/scope-sql.ts';
import { type Sight, shownDetails, sightOf } from './shown-details.ts';

type AuditPage = OutputOf<typeof listAudit>;
export type AuditItem = NonNullable<AuditPage['items']>[number];

/** The log (L4): visible entries only, and how many of them there are without the filters. */
export async function listAuditPage(ctx: ReadCtx, query: URLSearchParams): Promise<AuditPage> {
  const page = await listPage(ctx, await auditSource(ctx), query);
  return { ...page, totalUnfiltered: await countVisible(ctx), limitedTo: ctx.scope === 'all' ? null : 'customers' };
}

/** Where that list comes from. */
export async function auditSource(ctx: ReadCtx): Promise<ListSource<AuditItem>> {
  return {
    spec: auditList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('audit_entry as e'),
    id: sql`e.idx`,
    hasNumericId: true,
    visible: entryVisible(ctx.scope),
    fields: auditFields(ctx),
    attributes: new Map(),
    search: (q) => searchEntries(ctx, q),
    extra: (extra) => periodConditions(ctx.settings.timeZone, extra),
    read: (ids) => readEntries(ctx, ids.map(Number)),
    idOf: (entry) => String(entry.idx),
    labels: labelsFor(ctx),
  };
}

async function countVisible({ db, scope }: ReadCtx): Promise<number> {
  if (scope === 'all') {
    const head = await db.selectFrom('audit_head').select('size').executeTakeFirst();
    return head?.size ?? 0;
  }
  const row = await db
    .selectFrom('audit_entry as e')
    .select(sql<number>`count(*)`.as('n'))
    .where(entryVisible(scope))
    .executeTakeFirst();
  return row?.n ?? 0;
}

/** A customer entries stand under is a visible one; a unit or a key is named only to those who may see it. */
function auditFields({ scope }: ReadCtx): Record<string, FieldSql> {
  const nameOf = {
    key: sql`coalesce((select k.tail_f from "key" k where k.id = e.key_id and ${keyVisible(scope)}), '')`,
    unit: sql`coalesce((select q.name_f from equipment q where q.id = e.equipment_id and ${customerIn(scope, sql`q.customer_id`)}), '')`,
    customer: sql`coalesce((select c.name_f from customer c where c.id = e.customer_id), '')`,
    actor: sql`coalesce((select u.search_f from "user" u where u.id = e.actor_id), '')`,
  };
  return {
    idx: { value: sql`e.idx`, isIndexed: true },
    at: { value: sql`e.at` },
    actorId: { value: sql`e.actor_id`, order: nameOf.actor },
    keyId: idField(sql`e.key_id`, nameOf.key),
    equipmentId: idField(sql`e.equipment_id`, nameOf.unit),
    customerId: idField(sql`e.customer_id`, nameOf.customer),
    action: { value: sql`e.action`, matches: isActionAmong },
    subject: { value: sql`e.subject`, matches: (values) => sql<SqlBool>`e.subject in (${sql.join(values)})` },
  };
}

/** Compares the column itself, so that its index serves. */
function idField(column: RawBuilder<unknown>, order: RawBuilder<unknown>): FieldSql {
  return {
    value: sql`coalesce(${column}, '')`,
    order,
    matches: (values) => {
      const any = [sql<SqlBool>`${column} in (${sql.join(values)})`];
      if (values.includes('')) any.push(sql<SqlBool>`${column} is null`);
      return sql<SqlBool>`(${sql.join(any, sql` or `)})`;
    },
  };
}

function isActionAmong(values: readonly string[]): Condition {
  const codes = values.flatMap((value): readonly string[] => {
    if (value === '') return [];
    const group = auditGroups.find((known) => known === value);
    if (group) return actionsOfGroup(group);
    if (auditActions.some((known) => known === value)) return [value];
    const detail = `action takes ${auditGroups.join(', ')}, or a code such as key.removed; "${value.slice(0, 40)}" is none.`;
    throw invalid({ pointer: '?action', code: 'unknown_value', detail });
  });
  return codes.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`e.action in (${sql.join([...new Set(codes)])})`;
}

/** By the name of who acted, or by the code of what was done. */
function searchEntries({ fragments }: ReadCtx, q: string): Condition {
  const codes = auditActions.filter((action) => isAlike(action.toLowerCase(), q));
  const byActor = sql<SqlBool>`e.actor_id in (select u.id from "user" u where ${lineMatches(fragments, sql`u.search_f`, q)})`;
  return codes.length === 0 ? byActor : sql<SqlBool>`(${byActor} or e.action in (${sql.join(codes)}))`;
}

/** As everywhere: under three letters a search means "begins with". */
function isAlike(text: string, q: string): boolean {
  return q.length < 3 ? text.startsWith(q) : text.includes(q);
}

const momentPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;

/** Both sides inclusive. A day is its whole day in the organisation's zone. */
function periodConditions(timeZone: string, { from, to }: Record<string, unknown>): Condition[] {
  const conditions: Condition[] = [];
  if (typeof from === 'string') {
    const start = isDay(from) ? startOfDayUtc(from, timeZone) : momentOf('from', from);
    conditions.push(sql<SqlBool>`e.at >= ${start}`);
  }
  if (typeof to === 'string') {
    if (isDay(to)) conditions.push(sql<SqlBool>`e.at < ${endOfDayUtc(to, timeZone)}`);
    else conditions.push(sql<SqlBool>`e.at <= ${momentOf('to', to)}`);
  }
  return conditions;
}

function momentOf(name: string, text: string): string {
  if (momentPattern.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  const detail = `${name} takes days as 2026-12-31, or moments as 2026-12-31T12:00:00Z.`;
  throw invalid({ pointer: `?${name}`, code: 'not_a_moment', detail });
}

async function readEntries(ctx: ReadCtx, ids: number[]): Promise<AuditItem[]> {
  const rows = await entriesWithNames(ctx, ids);
  const sight = await sightOf(
    ctx,
    rows.map(({ key_id: keyId, body }) => ({ keyId, body })),
  );
  return rows.map((row) => shownEntry(row, sight));
}

function entriesWithNames({ db, scope }: ReadCtx, ids: number[]) {
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('user as u', 'u.id', 'e.actor_id')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .leftJoin('audit_erasure as x', 'x.idx', 'e.idx')
    .leftJoin('audit_entry as xe', 'xe.idx', 'x.by_idx')
    .select(['e.idx', 'e.at', 'e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'e.customer_id', 'e.actor_id'])
    .select(['u.name as actor_name', 'p.body', 'x.by_idx', 'xe.at as erased_at'])
    .where('e.idx', 'in', ids)
    .where(entryVisible(scope))
    .execute();
}

type EntryRow = Awaited<ReturnType<typeof entriesWithNames>>[number];

function shownEntry(row: EntryRow, sight: Sight): AuditItem {
  const details = row.body === null ? null : shownDetails({ keyId: row.key_id, body: row.body }, sight);
  return {
    idx: row.idx,
    at: row.at,
    action: row.action,
    // An action that only a newer version knows is one of the others.
    group: auditGroup(row.action as AuditAction),
    sentence: details && auditSentence(row.action, details, wordsOfApi),
    subject: row.subject,
    actor: { id: row.actor_id, name: row.actor_name ?? '' },
    keyId: row.key_id,
    equipmentId: row.equipment_id,
    customerId: row.customer_id,
    details,
    erased: row.by_idx === null ? null : { by: row.by_idx, at: row.erased_at ?? '' },
  };
}
