import { type SqlBool, sql } from 'kysely';
import type { exportAudit } from '../../contract/audit.ts';
import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import { othersTurn } from '../../db/others-turn.ts';
import type { LogRow } from '../../domain/audit/entry-checks.ts';
import { endOfDayUtc, startOfDayUtc } from '../../domain/day.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound } from '../context.ts';
import { reported } from '../exports/answer-file.ts';
import type { Condition } from '../list/run-list.ts';
import type { Reply } from '../route.ts';
import { customerIn, entryVisible } from '../scope/scope-sql.ts';
import { stillAllowed } from '../scope/still-allowed.ts';
import { makeCheckpoint } from './checkpoints.ts';
import { entryRows } from './log-source.ts';
import { newProver } from './prover.ts';
import { isShownWhole, sightOf } from './shown-details.ts';
import type { SignedCheckpoint } from './signing.ts';

type About = BodyOf<typeof exportAudit>;
/** What a verifier is told the entries were chosen by; `from` and `to` are moments, both inclusive. */
type Filter = { keyId?: string; equipmentId?: string; customerId?: string; from?: string; to?: string };
/** `withheld`: the content is there, and not for this reader. */
type EvidenceRow = LogRow & { withheld?: true };
type Collected = { checkpoint: SignedCheckpoint; rows: EvidenceRow[] };

/** Evidence is put together in memory; what is larger is an export of the whole log. Headers and contents, in characters. */
const mostEntries = 20_000;
const mostCharacters = 32 * 1024 * 1024;
const page = 200;
const provenAtOnce = 50;
const columns = { keyId: 'e.key_id', equipmentId: 'e.equipment_id', customerId: 'e.customer_id' } as const;

/**
 * Evidence for a key, a unit, a customer, a period, or several of them together (L10): the visible entries, each proven
 * against one checkpoint, which says up to where they are complete: now, or before the latest exports. Recorded before it is answered.
 */
export async function exportEvidence(
  ctx: Ctx,
  { body }: { body: About },
  reply: Reply,
): Promise<ReadableStream<Uint8Array>> {
  const filter = filterOf(ctx, body);
  await requireKnown(ctx, filter);
  const { checkpoint, rows } = await collect(ctx, filter);
  const { origin, publicKey, size } = checkpoint;
  const entries = await proven(ctx, rows, size);
  await ctx.change(async () => ({
    result: {},
    audit: {
      action: 'export.completed',
      subject: `export:${ctx.newId()}`,
      customerId: filter.customerId ?? null,
      details: { kind: 'evidence', ...filter, entries: entries.length, completeTo: size },
    },
  }));
  const head: OutputOf<typeof exportAudit> = {
    keybookEvidence: 1,
    origin,
    publicKey,
    filter: { ...filter, ...limitsOf(ctx) },
    completeTo: size,
    checkpoint: checkpoint.checkpoint,
  };
  reply.headers['content-type'] = 'application/json';
  return ReadableStream.from(reported(ctx, 'evidence', written(ctx, head, entries)));
}

/** The JSON of both, some entries at a time as the client takes them; written at once, it would hold up all others. */
async function* written(ctx: Ctx, head: object, entries: readonly object[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const turn = othersTurn(1);
  yield encoder.encode(`${JSON.stringify(head).slice(0, -1)},"entries":[`);
  for (let from = 0; from < entries.length; from += provenAtOnce) {
    await turn();
    await stillAllowed(ctx, 'audit.export');
    const piece = entries.slice(from, from + provenAtOnce);
    yield encoder.encode(piece.map((entry, i) => `${from + i > 0 ? ',' : ''}${JSON.stringify(entry)}`).join(''));
  }
  yield encoder.encode(']}');
}

/** Each entry with its proof. What was read is all in memory: nothing but this lets others have their turn. */
async function proven(ctx: Ctx, rows: readonly EvidenceRow[], size: number) {
  const prove = newProver(ctx.db);
  const turn = othersTurn(provenAtOnce);
  const entries = [];
  for (const { idx, header, salt, body: content, erasedBy, withheld } of rows) {
    await turn();
    const payload = { salt, body: content, erasedBy, ...(withheld && { withheld }) };
    entries.push({ idx, header, ...payload, proof: await prove(idx, size) });
  }
  await stillAllowed(ctx, 'audit.export');
  return entries;
}

function filterOf({ settings: { timeZone } }: Ctx, { from, to, ...about }: About): Filter {
  const given = Object.values({ ...about, from, to }).filter((value) => value !== undefined);
  if (given.length === 0)
    throw invalid({
      pointer: '',
      code: 'required',
      detail: 'Say what about: keyId, equipmentId, customerId, or from and to.',
    });
  if (from !== undefined && to !== undefined && from > to)
    throw invalid({ pointer: '/to', code: 'before_start', detail: 'The period ends before it begins.' });
  const lastMoment = (day: string) => new Date(Date.parse(endOfDayUtc(day, timeZone)) - 1).toISOString();
  return {
    ...(about.keyId !== undefined && { keyId: about.keyId }),
    ...(about.equipmentId !== undefined && { equipmentId: about.equipmentId }),
    ...(about.customerId !== undefined && { customerId: about.customerId }),
    ...(from !== undefined && { from: startOfDayUtc(from, timeZone) }),
    ...(to !== undefined && { to: lastMoment(to) }),
  };
}

/** A reader limited to some customers has the entries of those only: the file says so. */
function limitsOf({ scope }: Ctx): { customerIds?: string[] } {
  return scope === 'all' ? {} : { customerIds: [...scope] };
}

/** Every record has left an entry when it was made; where none is visible, there is nothing to tell. */
async function requireKnown(ctx: Ctx, filter: Filter): Promise<void> {
  const names = { keyId: 'key', equipmentId: 'unit', customerId: 'customer' };
  for (const field of ['keyId', 'equipmentId', 'customerId'] as const) {
    const id = filter[field];
    if (id === undefined) continue;
    const row = await ctx.db
      .selectFrom('audit_entry as e')
      .select('e.idx')
      .where(columns[field], '=', id)
      .where(customerIn(ctx.scope, sql`e.customer_id`))
      .limit(1)
      .executeTakeFirst();
    if (!row) throw notFound(names[field]);
  }
}

/** Content that was erased while the rows were read has its reason above the checkpoint: then all is read again. */
async function collect(ctx: Ctx, filter: Filter): Promise<Collected> {
  for (;;) {
    const checkpoint = await makeCheckpoint(ctx.app, { beforeExports: true });
    const rows = await readRows(ctx, filter, checkpoint.size);
    if (rows.every(({ erasedBy }) => erasedBy === null || erasedBy < checkpoint.size))
      return { checkpoint, rows: await withReasons(ctx, rows) };
  }
}

async function readRows(ctx: Ctx, filter: Filter, size: number): Promise<EvidenceRow[]> {
  const where = conditions(ctx, filter);
  const rows: EvidenceRow[] = [];
  const turn = othersTurn(1);
  let characters = 0;
  for (let from = 0; ; await turn()) {
    await stillAllowed(ctx, 'audit.export');
    const found: LogRow[] = await entryRows(ctx.db)
      .where((eb) => eb.and(where))
      .where('e.idx', '>=', from)
      .where('e.idx', '<', size)
      .orderBy('e.idx')
      .limit(page)
      .execute();
    // Content goes out as it was committed to or not at all: it cannot be shortened. Then the header stands alone.
    const sight = await sightOf(ctx, found);
    const isWhole = ({ keyId, body }: LogRow) => body === null || isShownWhole({ keyId, body }, sight);
    rows.push(...found.map((row) => (isWhole(row) ? row : headerOf(row))));
    for (const { header, body } of found) characters += header.length + (body?.length ?? 0);
    if (rows.length > mostEntries || characters > mostCharacters)
      throw new AppError(
        'too_large',
        `These are more than ${mostEntries} entries, or 32 MB. Choose a shorter period, or export the whole log with "keybook audit export".`,
      );
    const last = found.at(-1);
    if (last === undefined || found.length < page) return rows;
    from = last.idx + 1;
  }
}

function headerOf(row: LogRow): EvidenceRow {
  return { ...row, salt: null, body: null, withheld: true };
}

function conditions({ scope }: Ctx, { from, to, ...about }: Filter): Condition[] {
  const where = [entryVisible(scope)];
  for (const field of ['keyId', 'equipmentId', 'customerId'] as const) {
    const id = about[field];
    if (id !== undefined) where.push(sql<SqlBool>`${sql.ref(columns[field])} = ${id}`);
  }
  if (from === undefined && to === undefined) return where;
  // From the first to the last entry of the period: where the log's time was corrected, those between belong to it.
  const within = sql`n.at >= ${from ?? ''} and n.at <= ${to ?? '~'}`;
  where.push(sql<SqlBool>`e.idx >= (select min(n.idx) from audit_entry n where ${within})`);
  where.push(sql<SqlBool>`e.idx <= (select max(n.idx) from audit_entry n where ${within})`);
  return where;
}

/**
 * Beside content that is gone stands the entry that says so, whatever was asked for; of one that is out of the reader's
 * sight the header.
 */
async function withReasons({ db, scope }: Ctx, rows: EvidenceRow[]): Promise<EvidenceRow[]> {
  const there = new Set(rows.map(({ idx }) => idx));
  const missing = [...new Set(rows.flatMap(({ erasedBy }) => erasedBy ?? []))].filter((idx) => !there.has(idx));
  const reasons: EvidenceRow[] = [];
  for (let from = 0; from < missing.length; from += page) {
    const found: LogRow[] = await entryRows(db)
      .where('e.idx', 'in', missing.slice(from, from + page))
      .execute();
    const isSeen = ({ customerId }: LogRow) => scope === 'all' || (customerId !== null && inScope(scope, customerId));
    reasons.push(...found.map((row) => (isSeen(row) ? row : headerOf(row))));
  }
  return [...rows, ...reasons].sort((a, b) => a.idx - b.idx);
}
