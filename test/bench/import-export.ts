import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, dropDatabase, startPostgres } from '../harness/postgres.ts';
import { send, type Target } from './load.ts';
import { startKeybook, stopAll } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    engine: { type: 'string', default: 'both' },
    json: { type: 'string' },
  },
});
const rowCount = Number(options.rows);

/** What one piece of work took, and what another client met meanwhile. */
type Figure = {
  engine: string;
  what: string;
  seconds: number;
  peakMb: number;
  lists: number;
  p95Ms: number;
  maxMs: number;
};

/** A believable list of keys, as a spreadsheet would save it. */
function file(): Buffer {
  const lines = [
    'License Key,Feature,Key Type,Validity Start,Validity End,Seats,Code,Serial,Purchase Date,Customer,Other',
  ];
  for (let n = 0; n < rowCount; n += 1) {
    const digits = n.toString(36).toUpperCase().padStart(5, '0');
    const spread = ((n * 7919) % 60_466_176).toString(36).toUpperCase().padStart(5, '0');
    const validity = n % 3 ? `Subscription,2026-01-01,20${30 + (n % 9)}-06-30` : 'Permanent,,';
    lines.push(
      `KBIMP-${digits}-${spread}-QWERT-${digits},Product ${n % 40},${validity},${1 + (n % 5)},P${n % 40},SN-${n},2025-12-${10 + (n % 20)},Customer ${n % 25},"Order ${n % 1000}, line ${n}"`,
    );
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

/** Sends a file; `fetch` would not wait long enough. */
function upload(target: Target, content: Buffer, fields: Record<string, string>): Promise<string> {
  const boundary = 'keybook-bench';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="keys.csv"\r\ncontent-type: text/csv\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return exchange(target, 'POST', '/imports', body, `multipart/form-data; boundary=${boundary}`);
}

/** The answer as text; that of a file is read and dropped. */
function exchange(
  { port, basePath, token }: Target,
  method: string,
  path: string,
  body?: Buffer,
  type?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(type && body && { 'content-type': type, 'content-length': body.length }),
    };
    const call = request({ host: '127.0.0.1', port, method, path: basePath + path, headers }, (response) => {
      const isJson = response.headers['content-type']?.includes('json') ?? false;
      let text = '';
      response.on('data', (part) => {
        if (isJson) text += part;
      });
      response.on('end', () =>
        (response.statusCode ?? 500) < 300 ? resolve(text) : reject(new Error(text.slice(0, 500))),
      );
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

function memoryMb(pid: number, what: 'VmHWM' | 'VmRSS'): number {
  const kilobytes = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

/** Runs work while another client lists keys, one page after another. */
async function meanwhile(
  engine: string,
  what: string,
  target: Target & { pid: number },
  work: () => Promise<unknown>,
): Promise<Figure> {
  // Sets the peak back to what is held now.
  writeFileSync(`/proc/${target.pid}/clear_refs`, '5');
  let isDone = false;
  const started = performance.now();
  const done = work().finally(() => {
    isDone = true;
  });
  const times: number[] = [];
  while (!isDone) {
    const asked = performance.now();
    const { status } = await send(target, 'GET', '/keys?limit=80');
    if (status !== 200) throw new Error(`the list answered ${status}`);
    times.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await done;
  const sorted = times.toSorted((a, b) => a - b);
  const p95Ms = Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const peakMb = memoryMb(target.pid, 'VmHWM');
  return { engine, what, seconds, peakMb, lists: times.length, p95Ms, maxMs: Math.round(sorted.at(-1) ?? 0) };
}

async function run(engine: string, databaseUrl: string): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'keybook-bench-'));
  try {
    const target = await startKeybook(dataDir, databaseUrl);
    const figures: Figure[] = [];
    const take = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const figure = await meanwhile(engine, what, target, work);
      console.error(JSON.stringify(figure));
      figures.push(figure);
    };
    const content = file();
    const expectRows = async (field: 'key' | 'same', answer: Promise<string>): Promise<void> => {
      // The contract of POST /imports.
      const { created, same, status } = JSON.parse(await answer) as {
        created: { key: number };
        same: number;
        status: string;
      };
      const found = field === 'key' ? created.key : same;
      if (status !== 'done' || found !== rowCount) throw new Error(`imported ${found} of ${rowCount}: ${status}`);
    };
    await take(`import ${rowCount} keys`, () => expectRows('key', upload(target, content, { kind: 'keys' })));
    await take('the same file again', () => expectRows('same', upload(target, content, { kind: 'keys' })));
    await take('export as CSV', () => exchange(target, 'GET', '/keys/export?format=csv'));
    await take('export as XLSX', () => exchange(target, 'GET', '/keys/export?format=xlsx'));
    return figures;
  } finally {
    await stopAll();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<Figure[]> {
  const server = await startPostgres({ durable: true });
  const url = await createDatabase(server.url('postgres'));
  try {
    return await run('postgres', url);
  } finally {
    await dropDatabase(url);
    await server.stop();
  }
}

const figures: Figure[] = [];
if (options.engine !== 'postgres') figures.push(...(await run('sqlite', '')));
if (options.engine !== 'sqlite') figures.push(...(await onPostgres()));
console.table(figures);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ rowCount, figures }, null, 2)}\n`);
process.exit(0);
