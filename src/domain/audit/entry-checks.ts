import { type AuditHeader, committedBody, decodeHeader } from './entry.ts';
import type { ErasureLedger, PayloadState } from './erasures.ts';
import type { Findings } from './problems.ts';
import type { Sha256 } from './tree.ts';

/**
 * One entry as a log stores it: its columns, the header text that was hashed, its payload (`salt` in base64url) unless
 * that was erased, and the index its erasure record points to.
 */
export type LogRow = {
  idx: number;
  at: string;
  action: string;
  subject: string;
  keyId: string | null;
  equipmentId: string | null;
  customerId: string | null;
  actorId: string;
  header: string;
  salt: string | null;
  body: string | null;
  erasedBy: number | null;
  /** Beside the header and outside the tree; read only where it can be checked. */
  tag?: string | null | undefined;
};

/** What one entry must be by itself and after those before it. */
export type EntryChecks = { see: (row: LogRow) => void; warnings: () => string[] };

/** Memory grows with the number of keys and units, not with the log. */
export function newEntryChecks(sha: Sha256, findings: Findings, erasures: ErasureLedger): EntryChecks {
  const lastOfKey = new Map<string, number>();
  const lastOfUnit = new Map<string, number>();
  let latest = '';
  let backward: number | undefined;
  const corrected: string[] = [];

  return {
    see: (row) => {
      const header = decodeHeader(row.header);
      if (header === undefined) {
        findings.add('header', row.idx, `the header of entry ${row.idx} is not in canonical form`);
        erasures.seeUnreadable(row.idx);
        return;
      }
      checkColumns(findings, header, row);
      checkLink(findings, lastOfKey, row.idx, 'key', header.k, header.p);
      checkLink(findings, lastOfUnit, row.idx, 'unit', header.e, header.pe);
      const payload = checkPayload(sha, findings, header, row);
      const isCorrected = payload === 'proven' && correctsTime(header, row.body, latest);
      if (isCorrected) corrected.push(`entry ${row.idx} set the log's time from ${latest} to ${header.t}`);
      if (header.t >= latest || isCorrected) latest = header.t;
      else backward ??= row.idx;
      const { idx, body, erasedBy } = row;
      erasures.see({ idx, action: header.a, keyId: header.k, payload, body, erasedBy });
    },
    warnings: () => [
      ...(backward === undefined ? [] : [`the time of entry ${backward} lies before that of an earlier entry`]),
      ...corrected,
    ],
  };
}

/** The one way for the log's time to go back in order: a `clock.corrected` that names the time before it and its own. */
function correctsTime(header: AuditHeader, body: string | null, latest: string): boolean {
  if (header.a !== 'clock.corrected' || header.t >= latest) return false;
  const said = parsedObject(body);
  return said?.from === latest && said.to === header.t;
}

function parsedObject(body: string | null): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body ?? '');
    // An object of any members; each is compared, none is believed.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function checkColumns(findings: Findings, header: AuditHeader, row: LogRow): void {
  const pairs: [string, unknown, unknown][] = [
    ['index', header.i, row.idx],
    ['time', header.t, row.at],
    ['action', header.a, row.action],
    ['subject', header.s, row.subject],
    ['key', header.k, row.keyId],
    ['unit', header.e, row.equipmentId],
    ['customer', header.o, row.customerId],
    ['actor', header.u, row.actorId],
  ];
  const different = pairs.filter(([, inHeader, inColumn]) => inHeader !== inColumn).map(([name]) => name);
  if (different.length === 0) return;
  findings.add(
    'columns',
    row.idx,
    `entry ${row.idx} says one thing in its header, another in: ${different.join(', ')}`,
  );
}

function checkLink(
  findings: Findings,
  lastOf: Map<string, number>,
  idx: number,
  kind: 'key' | 'unit',
  id: string | null,
  link: number | null,
): void {
  const previous = id === null ? null : (lastOf.get(id) ?? null);
  if (link !== previous) {
    const [said, seen] = [link ?? 'none', previous ?? 'none'];
    findings.add('link', idx, `entry ${idx} names ${said} as the ${kind}'s previous entry; the log has ${seen}`);
  }
  if (id !== null) lastOf.set(id, idx);
}

/** Whether the payload is the one the header commits to. */
function checkPayload(sha: Sha256, findings: Findings, header: AuditHeader, row: LogRow): PayloadState {
  const { idx, salt, body } = row;
  if (salt === null && body === null) return 'gone';
  if (committedBody(sha, header, row) !== undefined) return 'proven';
  findings.add('payload', idx, `the content of entry ${idx} is not what its header commits to`);
  return 'wrong';
}
