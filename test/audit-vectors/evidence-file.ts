import { encodeBase64Url } from '../../src/domain/audit/base64.ts';
import type { LogRow } from '../../src/domain/audit/entry-checks.ts';
import { inclusionProof } from '../../src/domain/audit/proofs.ts';
import { nodeReader } from '../../src/domain/audit/tiles.ts';
import { leafHash } from '../../src/domain/audit/tree.ts';
import { type BuiltLog, idOf, sha } from './build-log.ts';

type EvidenceEntry = Pick<LogRow, 'idx' | 'header' | 'salt' | 'body' | 'erasedBy'> & {
  withheld?: true;
  proof: string[];
};

export type Evidence = {
  keybookEvidence: 1;
  origin: string;
  publicKey: string;
  filter: {
    keyId?: string;
    equipmentId?: string;
    customerId?: string;
    from?: string;
    to?: string;
    customerIds?: string[];
  };
  completeTo: number;
  checkpoint: string;
  entries: EvidenceEntry[];
};

/** The evidence for one key, unit or customer (by its name in the story) up to the newest checkpoint of the log. */
export async function evidenceOf(log: BuiltLog, about: 'keyId' | 'equipmentId' | 'customerId', name: string) {
  const { size, note } = log.checkpoints.at(-1) ?? { size: 0, note: '' };
  const chosen = log.rows.slice(0, size).filter((row) => row[about] === idOf(name));
  // Content that is gone needs the entry that says so beside it.
  const reasons = new Set(chosen.map(({ erasedBy }) => erasedBy));
  const rows = log.rows.filter((row) => chosen.includes(row) || reasons.has(row.idx));
  const nodeAt = nodeReader(
    sha,
    async () => undefined,
    async (index) => leafHash(sha, log.rows[index]?.header ?? ''),
  );
  const entries: EvidenceEntry[] = [];
  for (const { idx, header, salt, body, erasedBy } of rows) {
    const proof = await inclusionProof(sha, idx, size, nodeAt);
    entries.push({ idx, header, salt, body, erasedBy, proof: proof.map(encodeBase64Url) });
  }
  const { origin, publicKey } = log;
  const evidence: Evidence = {
    keybookEvidence: 1,
    origin,
    publicKey,
    filter: { [about]: idOf(name) },
    completeTo: size,
    checkpoint: note,
    entries,
  };
  return evidence;
}

/** The same for somebody limited to some customers: of one entry the header alone. */
export function limitedTo(evidence: Evidence, customerIds: string[], position: number): Evidence {
  const entries = evidence.entries.map((entry, i) =>
    i === position ? { ...entry, salt: null, body: null, withheld: true as const } : entry,
  );
  return { ...evidence, filter: { ...evidence.filter, customerIds }, entries };
}
