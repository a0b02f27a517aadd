import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { AuditAction } from '../../src/domain/audit/actions.ts';
import { encodeBase64Url } from '../../src/domain/audit/base64.ts';
import {
  checkpointBody,
  decodeVerifierKey,
  encodeVerifierKey,
  formatCheckpoint,
} from '../../src/domain/audit/checkpoint.ts';
import type { StoredCheckpoint, VerifySignature } from '../../src/domain/audit/checkpoint-checks.ts';
import { commitmentInput, encodeHeader } from '../../src/domain/audit/entry.ts';
import type { LogRow } from '../../src/domain/audit/entry-checks.ts';
import type { StoredTile } from '../../src/domain/audit/tile-checks.ts';
import { appendLeaf, emptyFrontier, encodeFrontier, leafHash, rootOf } from '../../src/domain/audit/tree.ts';
import type { LogSource } from '../../src/domain/audit/verify.ts';

/** What happened, in the words of the test; the log is built from a list of these. */
export type Happening = {
  action: AuditAction;
  key?: string;
  unit?: string;
  customer?: string;
  subject?: string;
  at?: string;
  /** Who did it; the same person unless said. */
  actor?: string;
  body?: unknown;
  erases?: number[];
};

export type Signer = { publicKey: string; sign: (size: number, root: Uint8Array) => string };

export type BuiltLog = {
  origin: string;
  publicKey: string;
  rows: LogRow[];
  checkpoints: StoredCheckpoint[];
  head: { size: number; frontier: string };
  tiles: StoredTile[];
};

export const origin = 'keybook/5f1d0c7e2b9a4836';

export const sha = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

export const verifySignature: VerifySignature = (publicKey, message, signature) =>
  verify(null, message, ed25519Key(publicKey), signature);

function ed25519Key(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64Url(publicKey) }, format: 'jwk' });
}

/** A signing key that is the same at every run, and so of no use to anybody. */
export function fixedSigner(name: string, seed: string): Signer {
  // RFC 8410: an Ed25519 private key in PKCS #8 is these bytes and the seed.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha(Buffer.from(seed))]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const publicKey = encodeVerifierKey(sha, name, new Uint8Array(raw));
  const { keyId } = decodeVerifierKey(sha, publicKey) ?? { keyId: new Uint8Array(4) };
  return {
    publicKey,
    sign: (size, root) => {
      const body = checkpointBody(name, size, root);
      return formatCheckpoint(body, name, keyId, new Uint8Array(sign(null, Buffer.from(body), privateKey)));
    },
  };
}

export const signer = fixedSigner(origin, 'the key of the test vectors');

/** An opaque id, the same at every run. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Builds a whole log: entries, payloads but for the erased, tiles, and checkpoints at the sizes named. */
export function buildLog(happenings: Happening[], checkpointsAt: number[]): BuiltLog {
  const lastOf = new Map<string, number>();
  const rows = happenings.map((happening, idx) => rowOf(happening, idx, lastOf));
  for (const [idx, { erases }] of happenings.entries()) {
    for (const erased of erases ?? []) eraseRow(rows, erased, idx);
  }
  return sealLog(rows, checkpointsAt);
}

/** Makes head, tiles and signed checkpoints for rows as they are: what somebody who holds the key can always do. */
export function sealLog(rows: LogRow[], checkpointsAt: number[], by: Signer = signer): BuiltLog {
  const checkpoints: StoredCheckpoint[] = [];
  const tiles: StoredTile[] = [];
  const filling: Uint8Array[][] = [];
  let frontier = emptyFrontier();
  const mark = () => {
    if (!checkpointsAt.includes(frontier.size)) return;
    checkpoints.push({ size: frontier.size, note: by.sign(frontier.size, rootOf(sha, frontier)) });
  };
  mark();
  for (const { header } of rows) {
    frontier = appendLeaf(sha, frontier, leafHash(sha, header), (level, index, hash) => {
      if (level % 8 !== 0) return;
      filling[level / 8] = [...(index % 256 === 0 ? [] : (filling[level / 8] ?? [])), hash];
      if (index % 256 !== 255) return;
      const hashes = encodeBase64Url(new Uint8Array(Buffer.concat(filling[level / 8] ?? [])));
      tiles.push({ level: level / 8, n: Math.floor(index / 256), hashes });
    });
    mark();
  }
  const head = { size: frontier.size, frontier: encodeFrontier(frontier) };
  return { origin, publicKey: by.publicKey, rows, checkpoints, head, tiles };
}

export function eraseRow(rows: LogRow[], idx: number, erasedBy: number | null): void {
  Object.assign(rows[idx] ?? {}, { salt: null, body: null, erasedBy });
}

function rowOf(happening: Happening, idx: number, lastOf: Map<string, number>): LogRow {
  const { action, key, unit, customer, erases } = happening;
  const [keyId, equipmentId, customerId] = [key, unit, customer].map((name) =>
    name === undefined ? null : idOf(name),
  );
  const body = JSON.stringify(erases ? { erased: erases, key: keyId } : (happening.body ?? { note: `entry ${idx}` }));
  const salt = sha(Buffer.from(`salt ${idx}`));
  const at = happening.at ?? new Date(Date.UTC(2026, 10, 21, 8) + idx * 61_234).toISOString();
  const actorId = happening.actor ?? `user:${idOf('Mara Vogt')}`;
  const subject = happening.subject ?? (key ? `key:${keyId}` : `equipment:${equipmentId}`);
  const header = encodeHeader({
    a: action,
    c: encodeBase64Url(sha(commitmentInput(salt, body))),
    e: equipmentId ?? null,
    i: idx,
    k: keyId ?? null,
    o: customerId ?? null,
    p: lastOf.get(`key ${keyId}`) ?? null,
    pe: lastOf.get(`unit ${equipmentId}`) ?? null,
    s: subject,
    t: at,
    u: actorId,
    v: 1,
  });
  if (keyId) lastOf.set(`key ${keyId}`, idx);
  if (equipmentId) lastOf.set(`unit ${equipmentId}`, idx);
  const ids = { keyId: keyId ?? null, equipmentId: equipmentId ?? null, customerId: customerId ?? null };
  return { idx, at, action, subject, ...ids, actorId, header, salt: encodeBase64Url(salt), body, erasedBy: null };
}

/** The log as verifyLog reads it. */
export function sourceOf(log: BuiltLog, withTiles = true): LogSource {
  return {
    origin: log.origin,
    publicKey: log.publicKey,
    head: async () => log.head,
    entries: () => each(log.rows),
    checkpoints: () => each(log.checkpoints),
    ...(withTiles ? { tiles: () => each(log.tiles) } : {}),
  };
}

async function* each<T>(values: Iterable<T>): AsyncIterable<T> {
  yield* values;
}
