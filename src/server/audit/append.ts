import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { AuditEntryTable, AuditPayloadTable } from '../../db/tables.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { commitmentInput, encodeHeader } from '../../domain/audit/entry.ts';
import { appendLeaf, encodeFrontier, leafHash } from '../../domain/audit/tree.ts';
import type { Actor, AuditDraft } from '../context.ts';
import { eraseContent } from './erase-content.ts';
import { claimHead } from './head.ts';
import { sha256 } from './sha256.ts';
import { writeFullTiles } from './tile-store.ts';

export type Appending = {
  actor: Actor;
  address: string | undefined;
  at: string;
  randomBytes: (count: number) => Buffer;
};
export type Appended = { size: number; erased: boolean };

/** Entries of one statement; keeps well below the parameter limits of both engines. */
const chunk = 500;

/**
 * Appends entries to the log inside the change's own transaction, as its last act: takes the head row (the one serial
 * point), links, commits to the payloads, extends the tree; an `entries.erased` does what it says. Returns the size of
 * the log after it.
 */
export async function appendEntries(tx: WriteDb, drafts: AuditDraft[], by: Appending): Promise<Appended> {
  const head = await claimHead(tx);
  const links = await previousEntries(tx, drafts);
  const at = await notBefore(tx, head.size, by.at);
  const entries: AuditEntryTable[] = [];
  const payloads: AuditPayloadTable[] = [];
  let frontier = head;
  for (const [position, draft] of drafts.entries()) {
    const idx = head.size + position;
    const salt = by.randomBytes(32);
    const body = JSON.stringify({ ...contentOf(draft), actor: describeActor(by) });
    const entry = entryOf(draft, idx, at, by.actor.id, links, encodeBase64Url(sha256(commitmentInput(salt, body))));
    entries.push(entry);
    payloads.push({ idx, salt: encodeBase64Url(salt), body });
    frontier = appendLeaf(sha256, frontier, leafHash(sha256, entry.header));
  }
  for (let from = 0; from < entries.length; from += chunk) {
    await tx
      .insertInto('audit_entry')
      .values(entries.slice(from, from + chunk))
      .execute();
    await tx
      .insertInto('audit_payload')
      .values(payloads.slice(from, from + chunk))
      .execute();
  }
  await tx
    .updateTable('audit_head')
    .set({ frontier: encodeFrontier(frontier) })
    .where('id', '=', 1)
    .execute();
  await writeFullTiles(tx, head.size, frontier.size);
  for (const [position, draft] of drafts.entries())
    if ('erases' in draft) await eraseContent(tx, head.size + position, draft.erases);
  return { size: frontier.size, erased: drafts.some((draft) => 'erases' in draft) };
}

/** The log's time never goes back, whatever the clock does. */
async function notBefore(tx: WriteDb, size: number, at: string): Promise<string> {
  if (size === 0) return at;
  const last = await tx
    .selectFrom('audit_entry')
    .select('at')
    .where('idx', '=', size - 1)
    .executeTakeFirstOrThrow();
  return last.at > at ? last.at : at;
}

type Links = { keys: Map<string, number>; units: Map<string, number> };

async function previousEntries(tx: WriteDb, drafts: AuditDraft[]): Promise<Links> {
  const keyIds = [...new Set(drafts.flatMap((draft) => draft.keyId ?? []))];
  const unitIds = [...new Set(drafts.flatMap((draft) => draft.equipmentId ?? []))];
  return { keys: await lastOf(tx, 'key_id', keyIds), units: await lastOf(tx, 'equipment_id', unitIds) };
}

async function lastOf(tx: WriteDb, column: 'key_id' | 'equipment_id', ids: string[]): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  for (let from = 0; from < ids.length; from += chunk) {
    const rows = await tx
      .selectFrom('audit_entry')
      .select([`${column} as id`, sql<number>`max(idx)`.as('idx')])
      .where(column, 'in', ids.slice(from, from + chunk))
      .groupBy(column)
      .execute();
    for (const row of rows) if (row.id !== null) last.set(row.id, row.idx);
  }
  return last;
}

/** The list of an erasure is spelled as verifiers read it. */
function contentOf(draft: AuditDraft): Record<string, unknown> {
  return 'erases' in draft ? { erased: draft.erases, key: draft.keyId } : draft.details;
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
): AuditEntryTable {
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
