import { encodeBase64Url } from './base64.ts';
import { decodeVerifierKey } from './checkpoint.ts';
import {
  admitCheckpoint,
  keyToTrust,
  newCheckpointChecks,
  type StoredCheckpoint,
  type VerifySignature,
} from './checkpoint-checks.ts';
import { type LogRow, newEntryChecks } from './entry-checks.ts';
import { type ErasureLedger, newErasureLedger } from './erasures.ts';
import { type Findings, type LogProblem, newFindings } from './problems.ts';
import { newTagChecks, type TagChecks, type TagCount, type TagOf } from './tag-checks.ts';
import { newTileChecks, type StoredTile } from './tile-checks.ts';
import {
  appendLeaf,
  emptyFrontier,
  encodeFrontier,
  type Frontier,
  leafHash,
  rootOf,
  type Sha256,
  sameBytes,
} from './tree.ts';

/**
 * Where a log is read from: one consistent snapshot. `entries` come in the order of idx; checkpoints and tiles in any.
 * `strays` are rows of other tables that belong to no entry. `publicKey` is the log's own word on its key (vkey).
 */
export type LogSource = {
  origin: string | undefined;
  publicKey?: string | undefined;
  head: () => Promise<{ size: number; frontier: string } | undefined>;
  entries: () => AsyncIterable<LogRow>;
  checkpoints: () => AsyncIterable<StoredCheckpoint>;
  tiles?: () => AsyncIterable<StoredTile>;
  strays?: () => AsyncIterable<{ table: string; idx: number }>;
  /** What the engine itself finds wrong in the tables of the log, in words. */
  damage?: () => Promise<string[]>;
};

/**
 * `pinnedKey` is a vkey from elsewhere; `outside` are checkpoint notes held elsewhere; `tagOf` makes the tags anew, and
 * `ownKey` is what the log is signed with, where the vault is open.
 */
export type VerifyOptions = {
  sha: Sha256;
  verifySignature: VerifySignature;
  source: LogSource;
  pinnedKey?: string | undefined;
  outside?: string[] | undefined;
  tagOf?: TagOf | undefined;
  ownKey?: Uint8Array | undefined;
};

/** What a verification found. `root` is in base64url; `problems` are at most twenty, the earliest entry first. */
export type VerifyResult = {
  ok: boolean;
  size: number;
  root: string;
  firstBad?: { idx: number | null; problem: string; code: string; range?: [number, number] };
  problems: LogProblem[];
  checkpointsVerified: number;
  /** The last entry that a checkpoint proves to be as it was signed; null where none does, or not all is well. */
  provenTo: number | null;
  latestCheckpoint?: StoredCheckpoint;
  keyPinned: boolean;
  /** Missing where they could not be checked. */
  tags?: TagCount;
  warnings: string[];
};

type Reading = { frontier: Frontier; size: number; isWhole: boolean; erasures: ErasureLedger; warnings: string[] };

/** Reads a whole log once and says whether it is the one its checkpoints signed, and where the damage begins. */
export async function verifyLog(options: VerifyOptions): Promise<VerifyResult> {
  const { sha, source, pinnedKey, tagOf, ownKey } = options;
  const findings = newFindings();
  const checkpoints = await readCheckpoints(options, findings);
  const tiles = newTileChecks(sha, findings);
  const tagging = tagOf && newTagChecks(sha, findings, tagOf);
  const reading = await readEntries(options, findings, checkpoints, tiles.onNode, tagging);
  const tags = tagging?.finish(reading.size);
  const { verified, latest, signedSize } = checkpoints.finish(reading.size);
  const headSize = await checkHead(source, findings, reading);
  const waiting = reading.erasures.finish(Math.max(reading.size, signedSize, headSize));
  if (ownKey && !isKeyOf(sha, source.publicKey, ownKey))
    findings.add('key', null, 'the log names another public key than the one its master key opens');
  if (source.publicKey === undefined && reading.size > 0) findings.add('key', null, 'the log names no public key');
  if (source.tiles && reading.isWhole) await tiles.compare(source.tiles(), source.entries);
  if (source.strays) {
    for await (const { table, idx } of source.strays()) {
      findings.add('stray', idx, `${table} has a row for entry ${idx}, which is not there`);
    }
  }
  for (const words of (await source.damage?.()) ?? []) findings.add('file', null, `the file is not sound: ${words}`);
  const problems = findings.listed();
  const first = findings.first();
  return {
    ok: problems.length === 0,
    size: reading.size,
    root: encodeBase64Url(rootOf(sha, reading.frontier)),
    ...(first ? { firstBad: firstBadOf(first) } : {}),
    problems,
    checkpointsVerified: verified,
    provenTo: problems.length === 0 && latest && latest.size > 0 ? latest.size - 1 : null,
    ...(latest ? { latestCheckpoint: latest } : {}),
    keyPinned: pinnedKey !== undefined,
    ...(tags ? { tags } : {}),
    warnings: [...warningsOf(reading, pinnedKey, latest), ...waiting],
  };
}

function isKeyOf(sha: VerifyOptions['sha'], named: string | undefined, own: Uint8Array): boolean {
  const key = named === undefined ? undefined : decodeVerifierKey(sha, named);
  return key !== undefined && sameBytes(key.publicKey, own);
}

function firstBadOf({ detail, ...place }: LogProblem) {
  return { ...place, problem: detail };
}

async function readCheckpoints(
  { sha, verifySignature, source, pinnedKey, outside }: VerifyOptions,
  findings: Findings,
) {
  const { origin, publicKey } = source;
  const key = keyToTrust(sha, findings, { origin, publicKey, pinnedKey });
  const trust = { verifySignature, key, origin };
  const stored = [];
  for await (const checkpoint of source.checkpoints()) {
    const held = admitCheckpoint(findings, trust, checkpoint);
    if (held !== undefined) stored.push(held);
  }
  const elsewhere = (outside ?? []).map((note) => admitCheckpoint(findings, trust, { note }));
  return newCheckpointChecks(findings, {
    stored,
    outside: elsewhere.filter((held) => held !== undefined),
    isProofDue: pinnedKey !== undefined,
  });
}

async function readEntries(
  { sha, source }: VerifyOptions,
  findings: Findings,
  checkpoints: ReturnType<typeof newCheckpointChecks>,
  onNode: (level: number, index: number, hash: Uint8Array) => void,
  tagging: TagChecks | undefined,
): Promise<Reading> {
  const erasures = newErasureLedger(findings);
  const checks = newEntryChecks(sha, findings, erasures);
  let frontier = emptyFrontier();
  let size = 0;
  let isWhole = true;
  if (checkpoints.isDueAt(0)) checkpoints.compare(0, rootOf(sha, frontier));
  for await (const row of source.entries()) {
    if (row.idx !== size) {
      // Roots over a log with a hole or a stranger in it say nothing any more.
      isWhole = false;
      findings.add('index', Math.min(row.idx, size), indexProblem(row.idx, size));
    }
    size = Math.max(size, row.idx + 1);
    checks.see(row);
    const before = frontier;
    tagging?.see(row, () => (isWhole ? rootOf(sha, before) : undefined));
    if (!isWhole) continue;
    frontier = appendLeaf(sha, frontier, leafHash(sha, row.header), onNode);
    if (checkpoints.isDueAt(size)) checkpoints.compare(size, rootOf(sha, frontier));
  }
  return { frontier, size, isWhole, erasures, warnings: checks.warnings() };
}

function indexProblem(idx: number, expected: number): string {
  if (idx < expected) return `entry ${idx} stands after entry ${expected - 1}: it is out of order or there twice`;
  return idx - expected === 1 ? `entry ${expected} is missing` : `entries ${expected} to ${idx - 1} are missing`;
}

/** Answers how long the log is by its own head. */
async function checkHead(source: LogSource, findings: Findings, { frontier, size, isWhole }: Reading): Promise<number> {
  const head = await source.head();
  if (head === undefined) {
    findings.add('head', null, 'the log does not say how long it is');
  } else if (head.size > size) {
    findings.add('short', size, `the log is to have ${head.size} entries: ${size} to ${head.size - 1} are missing`);
  } else if (head.size < size) {
    findings.add('head', head.size, `the log is to have ${head.size} entries; entry ${head.size} is one too many`);
  } else if (isWhole && head.frontier !== encodeFrontier(frontier)) {
    findings.add('head', null, 'the head of the log does not hold the hashes of its entries');
  }
  return head?.size ?? 0;
}

function warningsOf(reading: Reading, pinnedKey: string | undefined, latest: StoredCheckpoint | undefined): string[] {
  const signed = latest?.size ?? 0;
  const last = reading.size - 1;
  return [
    ...(pinnedKey === undefined ? ['key taken from the file, not checked'] : []),
    ...reading.warnings,
    ...(signed <= last ? [`entries ${signed} to ${last} are not covered by a checkpoint yet`] : []),
  ];
}
