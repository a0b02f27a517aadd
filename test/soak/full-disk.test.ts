import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { ask, install, keybook, newFolder, read } from '../harness/process.ts';

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
