import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ask, type Env, install, keybook, newFolder, read, serve } from '../harness/process.ts';

const falseDate = fileURLToPath(new URL('../harness/false-date.js', import.meta.url));
const dayMs = 86_400_000;
const threeYears = 3 * 365 * dayMs;

/** A clock of child processes that can be set ahead, also while one runs. */
function newClock(): { env: Env; setAhead: (ms: number) => void } {
  const file = join(newFolder(), 'ahead');
  const setAhead = (ms: number) => writeFileSync(file, String(ms));
  setAhead(0);
  return { env: { NODE_OPTIONS: `--import=${falseDate}`, CLOCK_AHEAD_FILE: file }, setAhead };
}

type Check = { name: string; ok: boolean; detail: string };

async function clockCheck(url: string): Promise<{ status: number; check: Check | undefined }> {
  const { status, body } = await read(`${url}/readyz`);
  return { status, check: body.checks.find(({ name }: Check) => name === 'clock') };
}

describe('a clock that runs three years ahead', () => {
  it('R2: a command under it writes nothing until somebody says that the clock is right', async () => {
    const { server, env } = await install();
    const clock = newClock();
    clock.setAhead(threeYears);
    const ahead = { ...env, ...clock.env };
    for (const args of [['expire'], ['doctor'], ['token', 'create', '--user', 'ada@nordwind.example']]) {
      const refused = await keybook(args, ahead);
      expect([args[0], refused.status]).toEqual([args[0], 1]);
      expect(refused.stderr).toContain('the last entry of the log is of');
    }
    await server.end();
    const start = await serve(ahead).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(start).toContain('--accept-clock');
    expect((await keybook(['audit', 'verify'], env)).stdout).toMatch(/^ok: /);
  });

  /** An installation, and a log that an entry under a clock three years ahead has taken along. */
  async function logAhead() {
    const installation = await install();
    const clock = newClock();
    clock.setAhead(threeYears);
    expect((await keybook(['clock', 'accept'], { ...installation.env, ...clock.env })).status).toBe(0);
    return installation;
  }

  it('R2, V5: a log that runs ahead is said everywhere, and serves on', async () => {
    const installation = await logAhead();
    const { server, env } = installation;
    expect(await clockCheck(server.url)).toMatchObject({
      status: 200,
      check: { ok: false, detail: expect.stringContaining('the log runs ahead of the clock by 1095 days') },
    });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(Number(/^keybook_log_ahead_seconds (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(threeYears / 1000 - 3600);
    const doctor = await keybook(['doctor'], env);
    expect(doctor.status).toBe(1);
    expect(doctor.stdout).toContain('BAD  clock: the log runs ahead of the clock');
    expect((await keybook(['audit', 'verify'], env)).stderr).toContain('the log runs ahead of the clock');
    const { body } = await ask(installation, 'GET', '/expiry-runs');
    expect(body.clock.aheadSeconds).toBeGreaterThan(threeYears / 1000 - 3600);
  });

  it('R2: the log goes on from the true time by an entry that names both', async () => {
    const installation = await logAhead();
    const { server, env } = installation;
    expect((await keybook(['clock', 'correct', '--reason', 'Empty battery'], env)).status).toBe(0);
    expect(await clockCheck(server.url)).toMatchObject({ status: 200, check: { ok: true } });
    const verified = await keybook(['audit', 'verify'], env);
    expect(verified.stdout).toMatch(/^ok: /);
    expect(verified.stderr).toMatch(/note: entry \d+ set the log's time from \S+ to \S+/);
    expect(verified.stderr).not.toContain('lies before');
    const [newest] = (await ask(installation, 'GET', '/audit?action=clock.corrected')).body.items;
    expect(newest.details).toMatchObject({ reason: 'Empty battery', to: newest.at });
    expect(newest.details.from > newest.at).toBe(true);
    const again = await keybook(['clock', 'correct', '--reason', 'Twice'], env);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('nothing to correct')]);
  });

  it('R2: a clock that jumps while the server runs stops the expiry job until it is set again', async () => {
    const clock = newClock();
    const installation = await install(clock.env);
    clock.setAhead(40 * dayMs);
    const refused = await ask(installation, 'POST', '/expiry-runs');
    expect([refused.status, refused.body.code]).toEqual([409, 'clock_unsure']);
    expect(await clockCheck(installation.server.url)).toMatchObject({
      status: 200,
      check: { ok: false, detail: expect.stringContaining('the clock jumped forward by 40 days') },
    });
    clock.setAhead(0);
    expect((await ask(installation, 'POST', '/expiry-runs')).status).toBe(201);
  });

  it('R2: a start more than 31 days after the last entry goes on, with a warning', async () => {
    const clock = newClock();
    const { server, env } = await install(clock.env);
    await server.end();
    clock.setAhead(40 * dayMs);
    const again = await serve(env);
    expect(await clockCheck(again.url)).toMatchObject({
      status: 200,
      check: { ok: false, detail: expect.stringContaining('the last entry before this start was made 40 days before') },
    });
    const { body } = await ask({ env: { ...env, KEYBOOK_URL: again.url } }, 'GET', '/expiry-runs');
    expect(body.clock.pauseSeconds).toBeGreaterThan(39 * 86_400);
    expect((await again.end()).stderr).toContain('the last entry before this start was made');
  });
});
