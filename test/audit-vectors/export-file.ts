import { decodeHeader } from '../../src/domain/audit/entry.ts';
import type { LogRow } from '../../src/domain/audit/entry-checks.ts';
import type { BuiltLog } from './build-log.ts';

/** The log as an export in JSON Lines. */
export function writeExport({ origin, publicKey, rows, checkpoints, head }: BuiltLog): string {
  const lines = [
    { keybookExport: 1, origin, publicKey, size: head.size },
    ...rows.map(({ idx, header, salt, body, erasedBy }) => ({ entry: { idx, header, salt, body, erasedBy } })),
    ...checkpoints.map((checkpoint) => ({ checkpoint })),
    { end: head },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The log an export holds. The columns an export has not are those its headers say. */
export function readExport(text: string): Omit<BuiltLog, 'head'> & { head: BuiltLog['head'] | undefined } {
  const lines = text.trimEnd().split('\n');
  const [first, ...rest] = lines.map((line) => JSON.parse(line));
  return {
    origin: first.origin,
    publicKey: first.publicKey,
    rows: rest.filter(({ entry }) => entry).map(({ entry }) => withColumns(entry)),
    checkpoints: rest.filter(({ checkpoint }) => checkpoint).map(({ checkpoint }) => checkpoint),
    head: rest.find(({ end }) => end)?.end,
    tiles: [],
  };
}

function withColumns(entry: Pick<LogRow, 'idx' | 'header' | 'salt' | 'body' | 'erasedBy'>): LogRow {
  const { a = '', t = '', s = '', k = null, e = null, o = null, u = '' } = decodeHeader(entry.header) ?? {};
  return { ...entry, at: t, action: a, subject: s, keyId: k, equipmentId: e, customerId: o, actorId: u };
}
