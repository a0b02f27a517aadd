import type { AuditAction } from './actions.ts';
import { decodeBase64Url, encodeBase64Url } from './base64.ts';

/**
 * The header of one audit entry: ids and codes only, never a name and never a license key.
 * `a` action · `c` commitment to the payload (base64url) · `e` equipment · `i` index · `k` key · `o` customer at the
 * time · `p` index of the key's previous entry · `pe` index of the unit's previous entry · `s` subject
 * ("license:…") · `t` moment · `u` actor · `v` version of this format.
 */
export type AuditEntry = {
  a: AuditAction;
  c: string;
  e: string | null;
  i: number;
  k: string | null;
  o: string | null;
  p: number | null;
  pe: number | null;
  s: string;
  t: string;
  u: string;
  v: 1;
};

/** A header as read from a log; its action may be one that only a newer version knows. */
export type AuditHeader = Omit<AuditEntry, 'a'> & { a: string };

const encoder = new TextEncoder();
const commitmentPrefix = encoder.encode('keybook-audit-payload-v1\0');
const commitmentPattern = /^[\w-]{43}$/;
const momentPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The canonical JSON (RFC 8785) of a header: the bytes the log's tree is made of. */
export function encodeHeader(entry: AuditHeader): string {
  if (!hasBytes(entry)) throw new Error('An audit header holds half a surrogate pair');
  return spell(entry);
}

/** The header a text spells, or undefined if it is not the canonical spelling of one. */
export function decodeHeader(text: string): AuditHeader | undefined {
  const parsed = parseJson(text);
  return isHeader(parsed) && hasBytes(parsed) && spell(parsed) === text ? parsed : undefined;
}

function spell({ a, c, e, i, k, o, p, pe, s, t, u, v }: AuditHeader): string {
  // In this order the names are sorted, and JSON.stringify writes strings and integers as RFC 8785 does.
  return JSON.stringify({ a, c, e, i, k, o, p, pe, s, t, u, v });
}

/** Half a surrogate pair has no UTF-8, so two headers with one could have the same hash. */
function hasBytes({ a, c, e, k, o, s, t, u }: AuditHeader): boolean {
  return [a, c, e, k, o, s, t, u].every((part) => part === null || part.isWellFormed());
}

/** The bytes a commitment is the SHA-256 of. `salt` is 32 random bytes, `body` the payload as stored. */
export function commitmentInput(salt: Uint8Array, body: string): Uint8Array {
  const text = encoder.encode(body);
  const bytes = new Uint8Array(commitmentPrefix.length + salt.length + text.length);
  bytes.set(commitmentPrefix);
  bytes.set(salt, commitmentPrefix.length);
  bytes.set(text, commitmentPrefix.length + salt.length);
  return bytes;
}

/** The content of an entry as it is stored: `salt` base64url, both null where it was erased. */
export type StoredContent = { salt: string | null; body: string | null };

/** The body of an entry, which is JSON; undefined where it is gone, or not what the header commits to. */
export function committedBody(
  sha: (bytes: Uint8Array) => Uint8Array,
  { c }: Pick<AuditHeader, 'c'>,
  { salt, body }: StoredContent,
): string | undefined {
  const saltBytes = decodeBase64Url(salt ?? '');
  if (saltBytes?.length !== 32 || !body?.isWellFormed()) return undefined;
  return encodeBase64Url(sha(commitmentInput(saltBytes, body))) === c ? body : undefined;
}

/** The value a JSON text spells, or undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is AuditHeader {
  if (typeof value !== 'object' || value === null) return false;
  // Every field is looked at below before anybody relies on its type.
  const { a, c, e, i, k, o, p, pe, s, t, u, v } = value as Record<string, unknown>;
  return (
    [a, s, u].every((part) => typeof part === 'string') &&
    typeof c === 'string' &&
    commitmentPattern.test(c) &&
    [e, k, o].every((part) => part === null || typeof part === 'string') &&
    [p, pe].every((part) => part === null || isIndex(part)) &&
    isIndex(i) &&
    typeof t === 'string' &&
    momentPattern.test(t) &&
    v === 1
  );
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
