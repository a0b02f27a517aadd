import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keybook, newFolder, read, serve } from '../harness/process.ts';

const signInWords = /Sign in as (\S+) with the password (\S+)\n/;

async function signIn(url: string, words: string): Promise<number> {
  const [, email, password] = signInWords.exec(words) ?? [];
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return response.status;
}

describe('keybook demo', () => {
  it('X: makes a database, says how to sign in once, and its log verifies; a second one is refused', async () => {
    const env = { DATA_DIR: join(newFolder(), 'data') };
    const made = await keybook(['demo', '--language', 'de'], env);
    expect(made.status, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^Kiebitz Systemhaus GmbH: 12 customers, 40 products, 300 units, 600 keys, \d+ audit/);
    expect(made.stdout.match(new RegExp(signInWords, 'g'))).toHaveLength(1);
    // Of a year the first days of its months, on one of them the same day a year ago as well.
    const months = made.stderr.match(/^\d{4}-\d\d …$/gm) ?? [];
    expect(months).toEqual([...new Set(months)].toSorted());
    expect([12, 13]).toContain(months.length);
    expect(readdirSync(join(env.DATA_DIR, 'checkpoints'))).toHaveLength(3);

    const verified = await keybook(['audit', 'verify'], env);
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ok: .* 1 checkpoints/) });
    const again = await keybook(['demo'], env);
    expect(again).toMatchObject({ status: 1, stdout: '' });
    expect(again.stderr).toContain('Nothing was changed.');
    expect(again.stderr).toContain(`delete its folder; this one is ${env.DATA_DIR}`);
    expect((await keybook(['audit', 'verify'], env)).stdout).toBe(verified.stdout);
    expect(await keybook(['doctor'], env)).toMatchObject({ status: 0 });

    const server = await serve(env);
    expect(server.line).toContain('Keybook is ready');
    expect(await signIn(server.url, made.stdout)).toBe(201);
    await server.end();
  }, 120_000);

  it('X: works beside a server that nobody has set up yet, and closes its setup link', async () => {
    const env = { DATA_DIR: newFolder() };
    const server = await serve(env);
    const made = await keybook(['demo', '--json'], env);
    expect(made.status, made.stderr).toBe(0);
    const { keys, administrator } = JSON.parse(made.stdout);
    expect(keys).toBe(600);
    const words = `Sign in as ${administrator.email} with the password ${administrator.password}\n`;
    expect(await signIn(server.url, words)).toBe(201);
    expect(readdirSync(join(env.DATA_DIR, 'secrets')).toSorted()).toEqual(['master.key', 'master.key.tags-begun']);
    expect((await read(`${server.url}/api/v1/setup`)).body).toEqual({ needed: false });
  });

  it('api: a language it does not have is a wrong command line, and makes nothing', async () => {
    const folder = newFolder();
    const ended = await keybook(['demo', '--language', 'fr'], { DATA_DIR: join(folder, 'data') });
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
