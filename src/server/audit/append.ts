import { type RawBuilder, sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import type { WriteDb } from '../../db/open.ts';
import { othersTurn } from '../../db/others-turn.ts';
import { type Dialect, insertRow, type On, statement } from '../../db/statement.ts';
import type { AuditEntryTable, AuditPayloadTable } from '../../db/tables.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { commitmentInput, encodeHeader } from '../../domain/audit/entry.ts';
import { appendLeaf, encodeFrontier, type Frontier, leafHash, rootOf } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import type { Actor, AuditDraft } from '../context.ts';
import { eraseContent } from './erase-content.ts';
import { claimHead, requireAfter } from './head.ts';
import { aheadMs } from './log-time.ts';
import { sha256 } from './sha256.ts';
import { writeFullTiles } from './tile-store.ts';
import type { ReadHeader } from './told-by-log.ts';

export type Appending = {
  actor: Actor;
  address: string | undefined;
  at: string;
  /** What the clock of this server shows. */
  clock: Date;
  fragments: Fragments;
  randomBytes: (count: number) => Buffer;
  /** The vault's own: proves that an entry was written here. */
  tag: (header: string) => string;
  /** Reads the header of an entry that was written here. */
  read: ReadHeader;
  /** The tree after the last entry that this server wrote: nothing is appended to a log that lacks it. */
  written: Frontier | undefined;
};
export type Appended = { size: number; tree: Frontier; erased: boolean };

/** Entries of one statement, and those that are made in one turn; keeps well below the parameter limits of both engines. */
const chunk = 100;

/**
 * Appends entries to the log inside the change's own transaction, as its last act: takes the head row (the one serial
 * point), links, commits to the payloads, tags, extends the tree; an `entries.erased` does what it says. A new log begins
 * with the entry that says that all have tags. Refuses where the database does not count entries, as its guards are gone.
 * Returns the size of the log after it.
 */
export async function appendEntries(tx: WriteDb, given: AuditDraft[], by: Appending): Promise<Appended> {
  const on = { db: tx, fragments: by.fragments };
  const head = await claimHead(on);
  requireAfter(by.written, head);
  const drafts = head.size === 0 ? [tagsBegunAfter(head), ...given] : given;
  const { links, lastAt } = await entriesBefore(on, head.size, { drafts, read: by.read });
  const { at, said } = timeOf(drafts, by, lastAt);
  const entries: AuditEntryTable[] = [];
  const payloads: AuditPayloadTable[] = [];
  const turn = othersTurn(chunk);
  let frontier = head;
  for (const [position, draft] of drafts.entries()) {
    await turn();
    const idx = head.size + position;
    const salt = by.randomBytes(32);
    const body = JSON.stringify({ ...contentOf(draft), ...said, actor: describeActor(by) });
    const commitment = encodeBase64Url(sha256(commitmentInput(salt, body)));
    const entry = entryOf(draft, idx, at, by.actor.id, links, commitment);
    entries.push({ ...entry, tag: by.tag(entry.header) });
    payloads.push({ idx, salt: encodeBase64Url(salt), body });
    frontier = appendLeaf(sha256, frontier, leafHash(sha256, entry.header));
  }
  await insertEntries(on, entries, payloads);
  const [kept] = await keepFrontier(on, { frontier: encodeFrontier(frontier), size: frontier.size, from: head.size });
  if (kept?.written !== entries.length) throw unguarded();
  await writeFullTiles(tx, head.size, frontier.size);
  const erased = drafts.flatMap((draft, position) =>
    'erases' in draft ? draft.erases.map(({ idx }) => ({ idx, by_idx: head.size + position })) : [],
  );
  await eraseContent(tx, erased);
  return { size: frontier.size, tree: frontier, erased: drafts.some((draft) => 'erases' in draft) };
}

/** What the first tagged entry of a log states: size and root of all before it. */
export function tagsBegunAfter(before: Frontier): AuditDraft {
  const details = { size: before.size, root: encodeBase64Url(rootOf(sha256, before)) };
  return { action: 'tags.begun', subject: 'log:1', details };
}

/**
 * The log's time never goes back, whatever the clock does: the entry then says what moment the rows have that it tells of,
 * and where it is held for long, what the clock showed. Only a correction sets it back, and names the time before and its own.
 */
function timeOf(drafts: AuditDraft[], by: Appending, lastAt: string): { at: string; said: Record<string, unknown> } {
  if (drafts.some(({ action }) => action === 'clock.corrected'))
    return { at: by.at, said: { from: lastAt, to: by.at } };
  const at = laterOf(by.at, lastAt);
  const clock = aheadMs({ at }, by.clock) > 0 && { clock: by.clock.toISOString() };
  return { at, said: { ...(at !== by.at && { moment: by.at }), ...clock } };
}

/** The database itself counts entries as they come in; how many are there is asked as well, since a trigger can leave some out. */
const keepFrontier = statement(
  ({ db }: On<WriteDb>, { frontier, size, from }: { frontier: string; size: number; from: number }) =>
    db
      .updateTable('audit_head')
      .set({ frontier })
      .where('id', '=', 1)
      .where('size', '=', size)
      .returning((eb) =>
        eb
          .selectFrom('audit_entry as e')
          .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
          .select(sql<number>`cast(count(*) as integer)`.as('count'))
          .where('e.idx', '>=', from)
          .as('written'),
      ),
);

function unguarded(): AppError {
  return new AppError(
    'log_inconsistent',
    'The database no longer guards the audit log: its triggers were removed or changed. Nothing was saved. Run keybook doctor on the server.',
  );
}

async function insertEntries(
  on: On<WriteDb>,
  entries: AuditEntryTable[],
  payloads: AuditPayloadTable[],
): Promise<void> {
  const [entry, payload] = [entries[0], payloads[0]];
  if (entries.length === 1 && entry && payload) {
    await insertRow(on, 'audit_entry', entry);
    await insertRow(on, 'audit_payload', payload);
    return;
  }
  const turn = othersTurn(chunk);
  for (let from = 0; from < entries.length; from += chunk) {
    await on.db
      .insertInto('audit_entry')
      .values(entries.slice(from, from + chunk))
      .execute();
    await on.db
      .insertInto('audit_payload')
      .values(payloads.slice(from, from + chunk))
      .execute();
    await turn(chunk);
  }
}

function laterOf(a: string, b: string): string {
  return [a, b].toSorted()[1] ?? a;
}

type Links = { keys: Map<string, number>; units: Map<string, number> };

const readBefore = statement(
  ({ db, fragments }: Dialect<WriteDb>, { last, keys, units }: { last: number; keys: unknown; units: unknown }) => {
    const entries = (kind: RawBuilder<string>) =>
      db
        .selectFrom('audit_entry as e')
        .select(kind.as('kind'))
        .select(['e.idx', 'e.at', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag']);
    const lastOf = (column: 'key_id' | 'equipment_id', list: unknown) =>
      db
        .selectFrom('audit_entry')
        .select(sql<number>`max(idx)`.as('idx'))
        .where(fragments.isInList(column, list))
        .groupBy(column);
    return entries(sql`'last'`)
      .where('e.idx', '=', last)
      .unionAll(entries(sql`'key'`).where('e.idx', 'in', lastOf('key_id', keys)))
      .unionAll(entries(sql`'unit'`).where('e.idx', 'in', lastOf('equipment_id', units)));
  },
);

/**
 * When the last entry was made, and which is the last one of every key and unit the drafts name; read in one turn. What
 * somebody else wrote of an entry would be told by every later one, for good: it is refused.
 */
async function entriesBefore(
  on: Dialect<WriteDb>,
  size: number,
  { drafts, read }: { drafts: AuditDraft[]; read: ReadHeader },
): Promise<{ links: Links; lastAt: string }> {
  const keys = [...new Set(drafts.flatMap((draft) => draft.keyId ?? []))];
  const units = [...new Set(drafts.flatMap((draft) => draft.equipmentId ?? []))];
  const { listOf } = on.fragments;
  const links: Links = { keys: new Map(), units: new Map() };
  let lastAt = '';
  for (const { kind, ...entry } of await readBefore(on, { last: size - 1, keys: listOf(keys), units: listOf(units) })) {
    const header = read(entry);
    const isSame = header?.t === entry.at && header.k === entry.key_id && header.e === entry.equipment_id;
    if (!header || !isSame) throw altered(entry.idx);
    if (kind === 'last') lastAt = header.t;
    if (kind === 'key' && header.k !== null) links.keys.set(header.k, header.i);
    if (kind === 'unit' && header.e !== null) links.units.set(header.e, header.i);
  }
  if (size > 0 && lastAt === '') throw altered(size - 1);
  return { links, lastAt };
}

function altered(idx: number): AppError {
  return new AppError(
    'log_inconsistent',
    `Entry ${idx} of the audit log is not as it was written. Nothing was saved. On the server, keybook audit verify says more.`,
  );
}

/** The list of an erasure is spelled as verifiers read it; what survives stands beside it. */
function contentOf(draft: AuditDraft): Record<string, unknown> {
  if (!('erases' in draft)) return draft.details;
  return { erased: draft.erases.map(({ idx }) => idx), key: draft.keyId, facts: draft.erases };
}

function describeActor({ actor, address }: Appending): Record<string, unknown> {
  return {
    name: actor.name,
    via: actor.kind,
    ...(actor.tokenId && { token: actor.tokenId }),
    ...(address && { address }),
  };
}

function entryOf(
  draft: AuditDraft,
  idx: number,
  at: string,
  actorId: string,
  links: Links,
  c: string,
): Omit<AuditEntryTable, 'tag'> {
  const keyId = draft.keyId ?? null;
  const equipmentId = draft.equipmentId ?? null;
  const customerId = draft.customerId ?? null;
  const subject = 'subject' in draft ? draft.subject : `key:${draft.keyId}`;
  const p = keyId === null ? null : (links.keys.get(keyId) ?? null);
  const pe = equipmentId === null ? null : (links.units.get(equipmentId) ?? null);
  if (keyId !== null) links.keys.set(keyId, idx);
  if (equipmentId !== null) links.units.set(equipmentId, idx);
  const header = encodeHeader({
    a: draft.action,
    c,
    e: equipmentId,
    i: idx,
    k: keyId,
    o: customerId,
    p,
    pe,
    s: subject,
    t: at,
    u: actorId,
    v: 1,
  });
  return {
    idx,
    at,
    action: draft.action,
    subject,
    key_id: keyId,
    equipment_id: equipmentId,
    customer_id: customerId,
    actor_id: actorId,
    header,
  };
}
