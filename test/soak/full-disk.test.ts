import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { ask, install, keybook, newFolder, read, serve } from '../harness/process.ts';

/** A small disk of its own; undefined where this process may mount none. */
function smallDisk(): string | undefined {
  const folder = newFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  atEnd(() => execFileSync('umount', [folder]));
  return folder;
}

/** Takes all the room that is left. */
function fill(disk: string): void {
  for (const size of [1024 * 1024, 4096])
    for (let i = 0, isFull = false; !isFull; i += 1)
      try {
        writeFileSync(join(disk, `filler-${size}-${i}`), Buffer.alloc(size));
      } catch {
        isFull = true;
      }
}

const disk = smallDisk();

describe.skipIf(disk === undefined)(
  'a disk of backups that is really full (skipped where nothing may be mounted)',
  () => {
    it('R13: the server goes on, says that the backup found no room, leaves nothing half, and makes it when there is room', async () => {
      const folder = smallDisk() ?? '';
      const filler = join(folder, 'filler');
      writeFileSync(filler, Buffer.alloc(23.9 * 1024 * 1024));
      const installation = await install({ BACKUP_DIR: folder });
      const backupOf = async () => (await ask(installation, 'GET', '/expiry-runs')).body.backup;
      await expect.poll(backupOf, { timeout: 20_000 }).toMatchObject({ newestAt: null, failure: { why: 'noSpace' } });
      expect(readdirSync(folder)).toEqual(['filler']);
      const ready = await read(`${installation.server.url}/readyz`);
      expect(ready).toMatchObject({ status: 200 });
      expect(JSON.stringify(ready.body)).toContain('the disk of BACKUP_DIR is full. Make room');
      await installation.server.end();
      rmSync(filler);
      const again = { env: installation.env, server: await serve(installation.env) };
      again.env.KEYBOOK_URL = again.server.url;
      await expect
        .poll(async () => (await ask(again, 'GET', '/expiry-runs')).body.backup.failure, { timeout: 20_000 })
        .toBeNull();
      await expect.poll(() => readdirSync(folder).length, { timeout: 20_000 }).toBe(2);
      const backup = join(folder, readdirSync(folder).find((name) => name.endsWith('.db')) ?? '');
      await again.server.end();
      expect(await keybook(['restore', backup, '--replace'], installation.env)).toMatchObject({ status: 0 });
    });
  },
);

describe.skipIf(disk === undefined)('a disk that is really full (skipped where nothing may be mounted)', () => {
  it('R3: a write says so and saves nothing, reading and its checks go on, doctor has words, and room heals it', async () => {
    const folder = disk ?? '';
    const installation = await install({ DATA_DIR: join(folder, 'data') });
    const key = (name: string) => ({ licenseKey: name, productName: 'Atlas', keyType: 'permanent' });
    expect((await ask(installation, 'POST', '/keys', key('BEFORE'))).status).toBe(201);
    fill(folder);
    const statuses: number[] = [];
    for (let i = 0; !statuses.includes(507) && i < 2000; i += 1)
      statuses.push((await ask(installation, 'POST', '/keys', key(`FULL-${i}`))).status);
    expect(new Set(statuses).difference(new Set([201]))).toEqual(new Set([507]));
    const made = 1 + statuses.filter((status) => status === 201).length;
    expect((await ask(installation, 'GET', '/keys')).body.total).toBe(made);
    expect((await ask(installation, 'GET', '/audit?action=key.created')).body.total).toBe(made);
    const ready = await read(`${installation.server.url}/readyz`);
    expect(JSON.stringify(ready.body)).toContain('no space');
    const examined = await keybook(['doctor'], installation.env);
    expect(`${examined.stdout}${examined.stderr}`).not.toMatch(/\n {4}at /);
    expect(examined.stdout).toMatch(/^BAD {2}space: there is no space left/m);
    for (const size of [1024 * 1024, 4096])
      for (let i = 0; i < 30; i += 1) rmSync(join(folder, `filler-${size}-${i}`), { force: true });
    expect((await ask(installation, 'POST', '/keys', key('AFTER'))).status).toBe(201);
    expect((await keybook(['audit', 'verify'], installation.env)).stdout).toMatch(/^ok: /);
  });
});
