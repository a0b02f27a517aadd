import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, dropDatabase, startPostgres } from '../harness/postgres.ts';
import { newKey, seed } from './bench-keys.ts';
import { send, sustain, type Target } from './load.ts';
import { launch, startKeybook, stopAll } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'both' },
    json: { type: 'string' },
  },
});
const keyCount = Number(options.keys);
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const warmup = Number(options.warmup);

const here = import.meta.dirname;

type Figure = { engine: string; what: string; ours: number; bare: number; ratio: number; goal: number };

/** Both must answer the same rows, byte for byte, and the same total; otherwise the figures compare nothing. */
async function requireSameRows(ours: Target, bare: Target): Promise<void> {
  const mine = JSON.parse((await send(ours, 'GET', '/keys?limit=80&count=exact')).text);
  const theirs = JSON.parse((await send(bare, 'GET', '/keys')).text);
  if (mine.total !== theirs.total) throw new Error(`totals differ: ours ${mine.total}, bare ${theirs.total}`);
  if (JSON.stringify(mine.items) !== JSON.stringify(theirs.items))
    throw new Error('the rows differ from the bare endpoint');
}

function median(figures: number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

async function bareWrites(source: string): Promise<number> {
  const line = await launch([join(here, 'bare-write.ts'), source, String(seconds), '8']);
  return JSON.parse(line).perSecond;
}

/** Rounds of ours and bare in turn, so that a slow moment of the machine meets both. */
async function compare(
  engine: string,
  what: string,
  goal: number,
  ours: (seconds: number) => Promise<number>,
  bare: () => Promise<number>,
): Promise<Figure> {
  // A server runs for days: what is measured is its code after the compiler has seen it work.
  await ours(warmup);
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    b.push(await bare());
    a.push(await ours(seconds));
  }
  return {
    engine,
    what,
    ours: median(a),
    bare: median(b),
    ratio: median(a.map((figure, i) => figure / (b[i] ?? figure))),
    goal,
  };
}

async function run(
  engine: 'sqlite' | 'postgres',
  databaseUrl: string,
  newDatabase: () => Promise<string>,
): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'keybook-bench-'));
  try {
    const target = await startKeybook(dataDir, databaseUrl);
    const ids = await seed(target, keyCount);
    const today = new Date().toISOString().slice(0, 10);
    const port = Number(await launch([join(here, 'bare-list.ts'), databaseUrl || join(dataDir, 'keybook.db'), today]));
    const bare: Target = { port, basePath: '' };
    await requireSameRows(target, bare);
    const listed = await compare(
      engine,
      'list page of 80 with total, 10 connections',
      0.5,
      (forSeconds) => sustain(10, forSeconds, () => send(target, 'GET', '/keys?limit=80&count=exact')),
      () => sustain(10, seconds, () => send(bare, 'GET', '/keys')),
    );
    await requireSameRows(target, bare);
    let next = 0;
    const apply = () => send(target, 'POST', `/keys/${ids[next++]}/assignments`, { userName: `User ${next % 500}` });
    const create = () => send(target, 'POST', '/keys', newKey());
    const bareWrite = async () => bareWrites(await newDatabase());
    const applied = await compare(
      engine,
      'apply a key, 8 connections',
      0.5,
      (forSeconds) => sustain(8, forSeconds, apply),
      bareWrite,
    );
    const created = await compare(
      engine,
      'create a key, 8 connections',
      0.5,
      (forSeconds) => sustain(8, forSeconds, create),
      bareWrite,
    );
    return [listed, applied, created];
  } finally {
    await stopAll();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function onSqlite(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-bare-'));
  let n = 0;
  try {
    return await run('sqlite', '', async () => join(folder, `bare-${n++}.db`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<Figure[]> {
  const server = await startPostgres({ durable: true });
  const url = await createDatabase(server.url('postgres'));
  const bare: string[] = [];
  try {
    return await run('postgres', url, async () => {
      const made = await createDatabase(server.url('postgres'));
      bare.push(made);
      return made;
    });
  } finally {
    for (const database of [url, ...bare]) await dropDatabase(database);
    await server.stop();
  }
}

const figures: Figure[] = [];
if (options.engine !== 'postgres') figures.push(...(await onSqlite()));
if (options.engine !== 'sqlite') figures.push(...(await onPostgres()));
console.log(`\n${keyCount} keys, ${warmup} s to warm up, then ${rounds} rounds of ${seconds} s; medians`);
console.table(
  figures.map(({ engine, what, ours, bare, ratio, goal }) => ({
    engine,
    what,
    'ours /s': Math.round(ours),
    'bare /s': Math.round(bare),
    ratio: ratio.toFixed(2),
    goal: goal.toFixed(2),
  })),
);
if (options.json)
  writeFileSync(options.json, `${JSON.stringify({ keyCount, warmup, seconds, rounds, figures }, null, 2)}\n`);
else console.log(JSON.stringify(figures));
process.exit(0);
