import { type AuditAction, customerNamings, sealedRowChanges, tokenEndings } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, decodeHeader, parseJson } from '../../domain/audit/entry.ts';
import type { TaggedRow } from '../../domain/audit/tag-checks.ts';
import { foldText } from '../../domain/fold.ts';
import { sha256 } from './sha256.ts';

/**
 * What a server remembers of the entries it has proven: whoever writes the database can hide an entry from a query for a
 * while, and put back what it told of, but not from this. It holds people, tokens, settings, customers, and of keys,
 * units and licenses those whose customer has changed, what a unit is found by, and which were revoked or deleted.
 */
export type LogMemory = {
  /** What each customer is called, folded, by its id; undefined where it was deleted or its entry tells nothing. */
  named: Map<string, { idx: number; folded: string | undefined }>;
  /** The last change of a row with a seal, of a customer, or of what a unit is found by, by its subject (`user:…`). */
  changed: Map<string, number>;
  /** The last entry that ended the tokens of a person, by the person's subject. */
  tokensEnded: Map<string, number>;
  /** The last restore, which ends everybody's tokens. */
  restored: number;
  /** The customer a key, unit or license went to last, by its subject; null for one that was deleted. */
  moved: Map<string, { idx: number; customerId: string | null }>;
  /** Whether a key that was ever revoked is out of use, by its subject. */
  revoked: Map<string, { idx: number; isRevoked: boolean }>;
};

export function emptyMemory(): LogMemory {
  return {
    named: new Map(),
    changed: new Map(),
    tokensEnded: new Map(),
    restored: -1,
    moved: new Map(),
    revoked: new Map(),
  };
}

const rowChanges: ReadonlySet<string> = new Set(Object.values(sealedRowChanges).flat());
const customerChanges: ReadonlySet<string> = new Set([...customerNamings, 'customer.deleted']);
const tokenEnds: ReadonlySet<string> = new Set(tokenEndings);
const ownerChanges = ['key.updated', 'equipment.updated', 'license.updated'] as const satisfies AuditAction[];
const moves: ReadonlySet<string> = new Set(ownerChanges);
const deletions: ReadonlySet<string> = new Set([
  'key.deleted',
  'equipment.deleted',
  'license.deleted',
] as const satisfies AuditAction[]);

/** The actions of which the content matters. */
export const remembersContentOf: readonly AuditAction[] = [
  'session.opened',
  ...tokenEndings,
  ...ownerChanges,
  ...customerNamings,
];

/** Takes in an entry that was proven to be genuine. What its header says counts, not the columns beside it. */
export function remember(memory: LogMemory, row: TaggedRow): void {
  const header = decodeHeader(row.header);
  if (!header) return;
  const body = committedBody(sha256, header, row);
  // As appendEntries wrote it: an object.
  keep(memory, header, body === undefined ? undefined : (parseJson(body) as Content));
}

type Content = Record<string, unknown> | undefined;

/**
 * Whether an entry changes the row with a seal that it is about. A sign-in changes a person only where it used up a recovery
 * code. What has lost its content may have done anything.
 */
export function changesSealedRow(action: string, content: Content): boolean {
  return rowChanges.has(action) || (action === 'session.opened' && (!content || content.code === 'recovery'));
}

/** Takes in an entry as this server has just written it. Entries may come in any order. */
export function keep(memory: LogMemory, { a, i, s, k, e, o }: Kept, content: Content): void {
  if (customerChanges.has(a)) call(memory.named, s, { idx: i, folded: nameOf(a, content) });
  if (changesSealedRow(a, content) || customerChanges.has(a)) raise(memory.changed, s, i);
  else if (a === 'restore.completed') memory.restored = Math.max(memory.restored, i);
  else if (moves.has(a)) keepChanges(memory, recordNamed({ a, s, k, e }), { idx: i, customerId: o }, content);
  // What is deleted is nobody's, whoever puts its row back.
  else if (deletions.has(a)) move(memory.moved, recordNamed({ a, s, k, e }), { idx: i, customerId: null });
  else if (a === 'key.revoked' || a === 'key.reinstated')
    revoke(memory.revoked, `key:${k}`, { idx: i, isRevoked: a === 'key.revoked' });
  if (tokenEnds.has(a) && content?.keepTokens !== true) raise(memory.tokensEnded, s, i);
}

/** The key, unit or license that an entry moves or deletes. */
function recordNamed({ a, s, k, e }: Pick<Kept, 'a' | 's' | 'k' | 'e'>): string {
  if (a.startsWith('license.')) return s;
  return a.startsWith('key.') ? `key:${k}` : `equipment:${e}`;
}

function keepChanges(
  { moved, changed }: LogMemory,
  subject: string,
  to: { idx: number; customerId: string | null },
  content: Content,
): void {
  if (!content || changes(content, /^customer/)) move(moved, subject, to);
  if (!content || changes(content, /^(name|serialNumber|assetTag)$/)) raise(changed, subject, to.idx);
}

/** Takes in what was learned of other entries. */
export function takeIn(memory: LogMemory, learned: LogMemory): void {
  for (const [subject, idx] of learned.changed) raise(memory.changed, subject, idx);
  for (const [subject, idx] of learned.tokensEnded) raise(memory.tokensEnded, subject, idx);
  for (const [subject, to] of learned.moved) move(memory.moved, subject, to);
  for (const [subject, to] of learned.revoked) revoke(memory.revoked, subject, to);
  for (const [id, called] of learned.named) call(memory.named, `customer:${id}`, called);
  memory.restored = Math.max(memory.restored, learned.restored);
}

function call(named: LogMemory['named'], subject: string, called: { idx: number; folded: string | undefined }): void {
  const id = subject.slice('customer:'.length);
  if (called.idx > (named.get(id)?.idx ?? -1)) named.set(id, called);
}

function nameOf(action: string, content: Content): string | undefined {
  const name = action === 'customer.deleted' ? undefined : content?.name;
  return typeof name === 'string' ? foldText(name) : undefined;
}

function raise(map: Map<string, number>, subject: string, idx: number): void {
  if (idx > (map.get(subject) ?? -1)) map.set(subject, idx);
}

function move(moved: LogMemory['moved'], subject: string, to: { idx: number; customerId: string | null }): void {
  if (to.idx > (moved.get(subject)?.idx ?? -1)) moved.set(subject, to);
}

function revoke(revoked: LogMemory['revoked'], subject: string, to: { idx: number; isRevoked: boolean }): void {
  if (to.idx > (revoked.get(subject)?.idx ?? -1)) revoked.set(subject, to);
}

type Kept = Pick<AuditHeader, 'a' | 'i' | 's' | 'k' | 'e' | 'o'>;

function changes({ changes: said }: Record<string, unknown>, field: RegExp): boolean {
  return typeof said === 'object' && said !== null && Object.keys(said).some((name) => field.test(name));
}
