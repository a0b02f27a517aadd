import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { hostileRequests } from '../harness/hostile-bodies.ts';
import { newFolder, type Server, serve, setUp } from '../harness/process.ts';

const aMinute = 60_000;
const clockTicksPerSecond = 100;
const spellings = 2000;

/** Milliseconds of processor time the process has taken, of all its threads (proc(5): fields 14 and 15). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond) * 1000;
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function started(): Promise<Server> {
  const server = await serve({ DATA_DIR: newFolder(), LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '0' });
  await setUp(server);
  return server;
}

const linux = process.platform === 'linux';

it.runIf(linux)(
  'S2: no request of somebody unknown takes 50 ms of the processor, whatever its shape',
  async () => {
    const { url, pid } = await started();
    const rounds = 10;
    const costs: { shape: string; ms: number }[] = [];
    for (const endpoint of allEndpoints.filter(({ permission }) => permission === 'public'))
      for (const { shape, query, body } of hostileRequests(endpoint)) {
        const send = async () => {
          const address = `${url}/api/v1${endpoint.path}${query ? `?${query}` : ''}`;
          const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
          // A body that is refused by its size alone may be cut off while it is still sent.
          const answer = await fetch(address, { method: endpoint.method, headers, ...(body !== undefined && { body }) })
            .then((response) => response.text())
            .catch(() => '');
          expect(answer.length).toBeLessThan(64 * 1024);
        };
        await send();
        const before = cpuMs(pid);
        for (let i = 0; i < rounds; i += 1) await send();
        costs.push({ shape: `${endpoint.method} ${endpoint.path}: ${shape}`, ms: (cpuMs(pid) - before) / rounds });
      }
    const dearest = costs.toSorted((a, b) => b.ms - a.ms);
    for (const { shape, ms } of dearest.slice(0, 10))
      process.stdout.write(`${ms.toFixed(1).padStart(7)} ms  ${shape}\n`);
    expect(dearest.filter(({ ms }) => ms >= 50)).toEqual([]);
  },
  10 * aMinute,
);

it.runIf(linux)(
  'S1: two thousand spellings of the addresses of files leave the memory as it was',
  async () => {
    const { url, pid } = await started();
    const page = await (await fetch(`${url}/`)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const ask = async (round: number) => {
      for (let i = 1; i <= spellings; i += 1) {
        const path = script.replace('/assets/', `/assets${'/'.repeat((i % 200) + 2)}`);
        await (await fetch(`${url}${path}?${round * spellings + i}`)).arrayBuffer();
      }
    };
    // The first round is what the process grows by in its first thousands of requests, whatever they ask.
    await ask(0);
    await ask(1);
    const before = residentMiB(pid);
    await ask(2);
    const grown = residentMiB(pid) - before;
    process.stdout.write(`${grown.toFixed(1)} MiB more after ${spellings} spellings\n`);
    expect(grown).toBeLessThan(10);
  },
  10 * aMinute,
);
