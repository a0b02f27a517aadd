import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../../src/domain/audit/entry-checks.ts';
import { type LogSource, type VerifyResult, verifyLog } from '../../../src/domain/audit/verify.ts';
import {
  type BuiltLog,
  buildLog,
  fixedSigner,
  type Happening,
  origin,
  sealLog,
  sha,
  signer,
  sourceOf,
  verifySignature,
} from '../../audit-vectors/build-log.ts';
import { story, storyCheckpoints } from '../../audit-vectors/story.ts';

const verify = (source: LogSource, options: { pinnedKey?: string; outside?: string[] } = {}): Promise<VerifyResult> =>
  verifyLog({ sha, verifySignature, source, ...options });

/** The story told over and over: long enough for two full tiles. */
const longStory: Happening[] = Array.from({ length: 26 }, (_, round) =>
  story.map(({ erases, key, ...happening }) => ({
    ...happening,
    ...(key ? { key: `${key} ${round}` } : {}),
    ...(erases ? { erases: erases.map((idx) => idx + round * story.length) } : {}),
  })),
).flat();
const long = () => buildLog(longStory, [100, 300, longStory.length]);
const short = () => buildLog(story, storyCheckpoints);

function changed(log: BuiltLog, change: (log: BuiltLog) => void): BuiltLog {
  change(log);
  return log;
}

describe('L9: a whole log', () => {
  test('L9: is accepted, with its tiles', async () => {
    const log = long();
    expect(log.tiles.map(({ level, n }) => [level, n])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    const result = await verify(sourceOf(log), {
      pinnedKey: signer.publicKey,
      outside: [log.checkpoints[1]?.note ?? ''],
    });
    expect(result).toMatchObject({ ok: true, problems: [], warnings: [], size: 598, checkpointsVerified: 4 });
    expect(result.latestCheckpoint).toEqual(log.checkpoints[2]);
    expect(result.firstBad).toBeUndefined();
  });

  test('L9: is accepted with an outside note that came with other line ends', async () => {
    const log = short();
    const mailed = `${log.checkpoints[1]?.note.replaceAll('\n', '\r\n')}\r\n\r\n`;
    expect(await verify(sourceOf(log), { outside: [mailed] })).toMatchObject({ ok: true, checkpointsVerified: 5 });
  });

  test('L9: may have a clock that went back, and entries that no checkpoint covers: both are said', async () => {
    const log = buildLog(
      story.map((happening, i) => (i === 9 ? { ...happening, at: '2026-01-01T00:00:00.000Z' } : happening)),
      [10],
    );
    const { ok, warnings } = await verify(sourceOf(log));
    expect(ok).toBe(true);
    expect(warnings).toEqual([
      'key taken from the file, not checked',
      'the time of entry 9 lies before that of an earlier entry',
      'entries 10 to 22 are not covered by a checkpoint yet',
    ]);
  });
});

describe('L9: what a database can have that an export has not', () => {
  const columns: (keyof LogRow)[] = ['at', 'action', 'subject', 'keyId', 'equipmentId', 'customerId', 'actorId'];

  test.each(columns)('L9: a changed column %s is found', async (column) => {
    const log = changed(short(), ({ rows }) => Object.assign(rows[6] ?? {}, { [column]: 'another' }));
    const { firstBad, problems } = await verify(sourceOf(log));
    expect(firstBad).toMatchObject({ idx: 6, code: 'columns' });
    expect(problems).toHaveLength(1);
  });

  test('L9: an edited header is named by the tile that kept its hash', async () => {
    const log = changed(long(), ({ rows }) => {
      const row = rows[270];
      if (row) row.header = row.header.replace('"u":"user:', '"u":"USER:');
    });
    log.rows[270] = { ...(log.rows[270] as LogRow), actorId: `USER:${log.rows[270]?.actorId.slice(5)}` };
    const { firstBad } = await verify(sourceOf(log));
    expect(firstBad).toMatchObject({ idx: 270, code: 'tile' });
  });

  test('L9: without tiles the same edit is narrowed down to the entries between two checkpoints', async () => {
    const log = changed(long(), ({ rows }) => {
      rows[270] = { ...(rows[270] as LogRow), header: rows[270]?.header.replace('"u":"user:', '"u":"USER:') ?? '' };
      rows[270].actorId = `USER:${rows[270].actorId.slice(5)}`;
    });
    const { firstBad } = await verify(sourceOf(log, false));
    expect(firstBad).toMatchObject({ idx: null, code: 'root', range: [100, 299] });
  });

  test.each([
    ['missing', (log: BuiltLog) => log.tiles.splice(1), 'tile 1 of level 0 is missing'],
    ['out of form', (log: BuiltLog) => Object.assign(log.tiles[0] ?? {}, { hashes: 'AA' }), 'tile 0 of level 0 does'],
    ['too many', (log: BuiltLog) => log.tiles.push({ level: 1, n: 0, hashes: '' }), 'tile 0 of level 1 does'],
    ['there twice', (log: BuiltLog) => log.tiles.push(...log.tiles.slice(0, 1)), 'tile 0 of level 0 does'],
  ])('L9: a tile that is %s is found', async (_, change, problem) => {
    const { firstBad } = await verify(sourceOf(changed(long(), change)));
    expect(firstBad).toMatchObject({ idx: null, code: 'tile', problem: expect.stringContaining(problem) });
  });

  test('L9: rows of other tables that belong to no entry are found', async () => {
    const strays = async function* () {
      yield { table: 'audit_payload', idx: 99 };
    };
    expect(await verify({ ...sourceOf(short()), strays })).toMatchObject({
      ok: false,
      firstBad: { idx: 99, code: 'stray' },
    });
  });
});

describe('L9: content that is gone', () => {
  const size = story.length;
  const erasing = 14;
  const isErased = (idx: number) => [4, 7, 9, 12].includes(idx);
  /** Every entry there is or is not, and numbers that no entry has. */
  const records = [null, ...Array.from({ length: size + 2 }, (_, idx) => idx), 14.5, -1, 2 ** 53];

  test('L9: is named where no entry that erased it says so, whatever its record points to', async () => {
    for (const idx of story.keys()) {
      for (const erasedBy of records) {
        if (isErased(idx) && erasedBy === erasing) continue;
        const log = changed(short(), ({ rows }) =>
          Object.assign(rows[idx] ?? {}, { salt: null, body: null, erasedBy }),
        );
        const { firstBad } = await verify(sourceOf(log));
        expect(firstBad, `entry ${idx} by ${erasedBy}`).toMatchObject({ idx, code: 'erasure' });
      }
    }
  });

  test.each([
    ['a header out of form', ({ rows }: BuiltLog) => Object.assign(rows[erasing] ?? {}, { header: '{}' }), 'header'],
    ['another content', ({ rows }: BuiltLog) => Object.assign(rows[erasing] ?? {}, { body: '{}' }), 'payload'],
    ['no content', ({ rows }: BuiltLog) => Object.assign(rows[erasing] ?? {}, { salt: null, body: null }), 'erasure'],
    ['no place', ({ rows }: BuiltLog) => rows.splice(erasing, 1), 'index'],
    ['no place nor those after it', ({ rows }: BuiltLog) => rows.splice(erasing), 'short'],
  ])('L9: waits for the entry that erased it where that has %s, and that is named', async (_, change, code) => {
    const { firstBad, warnings } = await verify(sourceOf(changed(short(), change)));
    expect(firstBad).toMatchObject({ idx: erasing, code });
    expect(warnings).toContain(
      'the content of entry 4 and 3 more is gone; entry 14, said to have erased it, is damaged or missing',
    );
  });

  test('L9: is named where the log ends before the entry that erased it, and nothing knows of more', async () => {
    const { rows } = short();
    const { firstBad } = await verify(sourceOf(sealLog(rows.slice(0, erasing), [5, 10])));
    expect(firstBad).toMatchObject({ idx: 4, code: 'erasure' });
  });
});

describe('L9: keys and checkpoints', () => {
  const stranger = fixedSigner(origin, 'somebody else');

  test('L9: a checkpoint held elsewhere that another key signed is found', async () => {
    const note = sealLog(short().rows, [10], stranger).checkpoints[0]?.note ?? '';
    const { firstBad } = await verify(sourceOf(short()), { outside: [note] });
    expect(firstBad).toMatchObject({
      code: 'checkpoint',
      problem: expect.stringContaining('held elsewhere is not signed'),
    });
  });

  test('L9: the log names how many entries a checkpoint held elsewhere misses', async () => {
    const { rows, checkpoints } = short();
    const cut = sealLog(rows.slice(0, 18), [10, 18]);
    const { firstBad } = await verify(sourceOf(cut), { outside: [checkpoints.at(-1)?.note ?? ''] });
    expect(firstBad).toMatchObject({
      idx: 18,
      problem: 'the log is shorter than a checkpoint held elsewhere: entries 18 to 22 are missing',
    });
  });

  test.each([
    ['no key at all', undefined, undefined],
    ['a key out of form', 'nonsense', undefined],
    ['a pinned key out of form', signer.publicKey, 'nonsense'],
    ['another key than the pinned one', stranger.publicKey, signer.publicKey],
    ['a key of another name', fixedSigner('keybook/other', 'x').publicKey, undefined],
  ])('L9: a log with checkpoints and %s is not accepted', async (_, publicKey, pinnedKey) => {
    const result = await verify({ ...sourceOf(short()), publicKey }, pinnedKey === undefined ? {} : { pinnedKey });
    expect(result.ok).toBe(false);
    expect(result.firstBad?.idx ?? null).toBeNull();
  });

  test('L9: a log that lost its key and all checkpoints is not accepted', async () => {
    const result = await verify({ ...sourceOf(buildLog(story, [])), publicKey: undefined });
    expect(result).toMatchObject({ ok: false, firstBad: { idx: null, code: 'key' } });
  });

  test('L9: a lost head is found', async () => {
    const { firstBad } = await verify({ ...sourceOf(short()), head: async () => undefined });
    expect(firstBad).toMatchObject({ idx: null, code: 'head' });
  });
});

test('L9: at most twenty problems are listed, the first of them first', async () => {
  const log = changed(long(), ({ rows }) => {
    for (const row of rows.toReversed()) row.body &&= `${row.body} `;
  });
  const { problems, firstBad } = await verify(sourceOf(log));
  expect(problems).toHaveLength(20);
  expect(problems[0]?.idx).toBe(0);
  expect(firstBad?.idx).toBe(0);
});

describe('L9: no flipped bit goes unnoticed', () => {
  type Stored = Record<string, unknown>;
  /** Every row of a log as a database stores it. */
  const storedRows = (log: BuiltLog): Stored[] => [...log.rows, ...log.checkpoints, ...log.tiles, log.head, log];
  const place = fc.record({ row: fc.nat(), field: fc.nat(), at: fc.nat(), bit: fc.nat(7) });

  test('L9: in any column of any row of the log', async () => {
    const source = long();
    const log = changed(source, () => {});
    const rows = storedRows(log);
    await fc.assert(
      fc.asyncProperty(place, async ({ row, field, at, bit }) => {
        const target = rows[row % rows.length] ?? {};
        const fields = Object.keys(target).filter((name) => ['string', 'number'].includes(typeof target[name]));
        const name = fields[field % fields.length] ?? '';
        const before = target[name];
        target[name] = flipped(before, at, bit);
        const { ok } = await verify(sourceOf(log));
        const isSame = target[name] === before;
        target[name] = before;
        expect(ok, `${name} of row ${row % rows.length}`).toBe(isSame);
      }),
      { numRuns: 250 },
    );
  });

  function flipped(value: unknown, at: number, bit: number): unknown {
    if (typeof value === 'number') return value ^ (1 << bit);
    const text = String(value);
    if (text === '') return '?';
    const code = text.charCodeAt(at % text.length) ^ (1 << bit);
    return text.slice(0, at % text.length) + String.fromCharCode(code) + text.slice((at % text.length) + 1);
  }
});
