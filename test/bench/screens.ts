import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../harness/browser.ts';
import { seed } from './bench-keys.ts';
import { send } from './load.ts';
import { type Started, startKeybook, stopAll } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '10' },
    json: { type: 'string' },
  },
});
const keyCount = Number(options.keys);
const rounds = Number(options.rounds);

/** In the page: when the first rows have been painted, in milliseconds since the navigation began. */
const noteRows = `
  window.rowsPainted = new Promise((tell) => {
    const look = () => {
      if (document.querySelector('tbody tr:not([aria-hidden])'))
        requestAnimationFrame(() => setTimeout(() => tell(performance.now())));
      else requestAnimationFrame(look);
    };
    look();
  });`;

/** In the page: each key press and click with the time until the next frame was painted, in steps of 8 ms. */
const noteInteractions = `
  window.interactions = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.interactionId) window.interactions.push({ name: entry.name, ms: entry.duration });
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });`;

type Rows = { keys: { maskedKey: string; status: string; product: { name: string } }[] };

/** The same rows as a page without any script: what the browser itself takes on this machine. */
function barePage({ keys }: Rows): string {
  const rows = keys.map(
    ({ maskedKey, status, product }) => `<tr><td>${maskedKey}</td><td>${product.name}</td><td>${status}</td></tr>`,
  );
  return `<!doctype html><title>bare</title><input aria-label="Search"><table><tbody>${rows.join('')}</tbody></table>`;
}

async function serveBare(target: Started): Promise<string> {
  const { text } = await send(target, 'GET', '/keys?limit=80');
  const page = barePage({ keys: JSON.parse(text).items });
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  // A TCP server's address is no path.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

async function newContext(browser: Browser, { port, cookie }: Started): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, domain: '127.0.0.1', path: '/', httpOnly: true }]);
  await context.addInitScript(noteRows);
  await context.addInitScript(noteInteractions);
  // The first page of a browser is slower than all others: it is not counted.
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/api/v1/health`);
  await page.close();
  return context;
}

async function rowsPainted(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return Number(await page.evaluate('window.rowsPainted'));
}

type Figure = {
  what: string;
  unit: string;
  median: number;
  worst: number;
  bare?: number;
  ratio?: number;
  goal: number;
};

/** Opens the list in a browser that has nothing of it yet, and again with what it kept. */
async function firstRows(browser: Browser, target: Started, bareUrl: string): Promise<Figure[]> {
  const list = `http://127.0.0.1:${target.port}/keys`;
  const [cold, warm, bare]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const context = await newContext(browser, target);
    const page = await context.newPage();
    bare.push(await rowsPainted(page, bareUrl));
    cold.push(await rowsPainted(page, list));
    warm.push(await rowsPainted(page, list));
    await context.close();
  }
  const against = (what: string, times: number[]): Figure => ({
    what,
    unit: 'ms',
    median: median(times),
    worst: Math.max(...times),
    bare: median(bare),
    ratio: median(times) / median(bare),
    goal: 500,
  });
  return [against('first rows painted, nothing kept', cold), against('first rows painted, opened again', warm)];
}

/** The script that comes over the wire before the list can be used, compressed as the server sends it. */
async function scriptSize(browser: Browser, target: Started): Promise<Figure[]> {
  const context = await newContext(browser, target);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const scripts = new Set<string>();
  let bytes = 0;
  cdp.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.add(requestId));
  cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await cdp.send('Network.enable');
  await page.goto(`http://127.0.0.1:${target.port}/keys`, { waitUntil: 'networkidle' });
  await context.close();
  const kilobytes = Math.round(bytes / 1000);
  return [{ what: 'script before first use', unit: 'kB gz', median: kilobytes, worst: kilobytes, goal: 250 }];
}

type Step = [what: string, act: (page: Page) => Promise<unknown>];

/** What somebody does with a long list, one thing after another. */
const steps: Step[] = [
  ['sort by a column', (page) => page.getByRole('columnheader').getByRole('button').nth(1).click()],
  [
    'type into the search',
    (page) => page.getByRole('textbox', { name: 'Search', exact: true }).pressSequentially('order 77', { delay: 60 }),
  ],
  ['clear the search', (page) => page.getByRole('button', { name: 'Clear the search' }).click()],
  ['open the filters', (page) => page.getByRole('button', { name: 'Filter', exact: true }).click()],
  ['close the filters', (page) => page.keyboard.press('Escape')],
  ['go to the next page', (page) => page.getByRole('button', { name: 'Next page' }).click()],
  ['choose a row', (page) => page.locator('tbody input[type=checkbox]').first().click()],
  ['choose the page', (page) => page.locator('thead input[type=checkbox]').click()],
  ['choose none', (page) => page.locator('thead input[type=checkbox]').click()],
  ['open the columns', (page) => page.getByRole('button', { name: 'Columns', exact: true }).click()],
  ['close the columns', (page) => page.keyboard.press('Escape')],
  [
    'walk down the rows',
    async (page) => {
      await page.locator('tbody tr').first().focus();
      for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowDown');
    },
  ],
  ['open a key', (page) => page.keyboard.press('Enter')],
];

/** The worst time from a key press or a click to the next frame, a step; in a page of its own each round. */
async function interactions(browser: Browser, target: Started, bareUrl: string): Promise<Figure[]> {
  const times = new Map<string, number[]>();
  const take = async (page: Page, what: string, act: (page: Page) => Promise<unknown>): Promise<void> => {
    await page.evaluate('window.interactions = []');
    await act(page);
    // What was asked for has come and stands there; events are told with the frame after them.
    await page.evaluate(
      'new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 50)), 700))',
    );
    // What the script above keeps.
    const found = (await page.evaluate('window.interactions')) as { ms: number }[];
    times.set(what, [...(times.get(what) ?? []), Math.max(0, ...found.map(({ ms }) => ms))]);
  };
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    const context = await newContext(browser, target);
    const page = await context.newPage();
    await page.goto(bareUrl);
    await take(page, 'bare', (bare) => bare.getByLabel('Search').pressSequentially('order 77', { delay: 60 }));
    await rowsPainted(page, `http://127.0.0.1:${target.port}/keys`);
    for (const [what, act] of steps) await take(page, what, act);
    await context.close();
  }
  const bare = median(times.get('bare') ?? []);
  return steps.map(([what]) => {
    const taken = times.get(what) ?? [];
    return { what, unit: 'ms', median: median(taken), worst: Math.max(...taken), bare, goal: 100 };
  });
}

const dataDir = mkdtempSync(join(tmpdir(), 'keybook-bench-'));
const browser = await openBrowser();
try {
  const target = await startKeybook(dataDir, '');
  await seed(target, keyCount);
  const bareUrl = await serveBare(target);
  const figures = [
    ...(await firstRows(browser, target, bareUrl)),
    ...(await scriptSize(browser, target)),
    ...(await interactions(browser, target, bareUrl)),
  ];
  console.log(`\n${keyCount} keys, ${rounds} rounds`);
  console.table(
    figures.map(({ ratio, bare, ...figure }) => ({
      ...figure,
      median: Math.round(figure.median),
      worst: Math.round(figure.worst),
      bare: bare === undefined ? '' : Math.round(bare),
      ratio: ratio?.toFixed(1) ?? '',
    })),
  );
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ keyCount, rounds, figures }, null, 2)}\n`);
} finally {
  await browser.close();
  await stopAll();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
