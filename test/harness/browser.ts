import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const cache = fileURLToPath(new URL('../../node_modules/.cache/keybook-chromium', import.meta.url));
const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

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

/** Unpacks the packed browser once, beside the packages; a run that is broken off leaves nothing half done. */
async function unpacked(): Promise<string> {
  const program = join(cache, 'chromium');
  if (existsSync(join(cache, 'complete'))) return program;
  const { inflate } = await import('@sparticuz/chromium');
  const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin');
  const fresh = `${cache}-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  // It unpacks to the folder for temporary files, which everybody on a machine shares.
  const { TMPDIR } = process.env;
  process.env.TMPDIR = fresh;
  for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) await inflate(join(bin, name));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  writeFileSync(join(fresh, 'complete'), '');
  rmSync(cache, { recursive: true, force: true });
  renameSync(fresh, cache);
  return program;
}
