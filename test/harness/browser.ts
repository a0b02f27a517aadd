import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const cache = fileURLToPath(new URL('../../node_modules/.cache/keybook-chromium', import.meta.url));
const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const inflateAll = `import { inflate } from '@sparticuz/chromium';
for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) await inflate(process.argv[1] + '/' + name);`;

/** How long a page may take for one thing, in milliseconds: three files of tests share two cores. A wrong page stays wrong. */
export const patience = 20_000;

/** A real Chromium: the one `CHROMIUM` names, else the system's, else the one that came with the packages. */
export async function openBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM ?? system.find((path) => existsSync(path));
  const executablePath = named ?? (await unpacked());
  const env = named ? {} : { LD_LIBRARY_PATH: join(cache, 'al2023', 'lib') };
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    env: { ...process.env, ...env } as Record<string, string>, // unset variables are left out by the spread
  });
}

/**
 * Unpacks the packed browser once, beside the packages. Several may do so at the same time: each works in a folder of its
 * own, the first to be done gives it its name, and the others throw theirs away.
 */
async function unpacked(): Promise<string> {
  const program = join(cache, 'chromium');
  if (existsSync(program)) return program;
  const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin');
  mkdirSync(dirname(cache), { recursive: true });
  const fresh = mkdtempSync(`${cache}-`);
  // It unpacks to the folder for temporary files: a process of its own has another one than everybody else.
  const env = { ...process.env, TMPDIR: fresh };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', inflateAll, bin], { cwd: bin, env });
  try {
    renameSync(fresh, cache);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  }
  return program;
}
