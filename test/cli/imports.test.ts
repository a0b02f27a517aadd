import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { book, sheet } from '../harness/book.ts';
import { ask, type Installation, install, keybook, newFolder, serve } from '../harness/process.ts';

/** Rows that a long file has written at a time, and of a file that is still being written when its first part is seen. */
const part = 250;
const count = 12 * part;

function keysFile(count: number, mark: string): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `${mark}-${String(i).padStart(5, '0')}-QWERT-YUIOP-ASDFG,Bulk ${mark}`,
  );
  return `key,product\n${rows.join('\n')}\n`;
}

/** Sends a file and does not wait; the answer of a server that dies is undefined. */
async function send({ env }: Installation, content: string): Promise<{ status: number; body: unknown } | undefined> {
  const form = new FormData();
  form.set('file', new File([content], 'keys.csv'));
  form.set('kind', 'keys');
  const headers = { authorization: `Bearer ${env.KEYBOOK_TOKEN}` };
  try {
    const response = await fetch(`${env.KEYBOOK_URL}/api/v1/imports`, { method: 'POST', headers, body: form });
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}

/** Waits until some rows of the import that runs are written; answers its id. */
async function someDone({ env }: Installation): Promise<string> {
  const database = openDatabase({ file: join(env.DATA_DIR ?? '', 'keybook.db') });
  try {
    for (;;) {
      const row = await database.read.selectFrom('import').select('id').where('rows_done', '>', 0).executeTakeFirst();
      if (row) return row.id;
      // The request of this process must get its turn.
      await setImmediate();
    }
  } finally {
    await database.close();
  }
}

describe('a long import and the end of its server', () => {
  it('X1: killed in the middle, the next start says how far it came, and the same file does the rest once', async () => {
    const installation = await install();
    const file = keysFile(count, 'KILLED');
    const sent = send(installation, file);
    const id = await someDone(installation);
    await installation.server.end('SIGKILL');
    expect(await sent).toBeUndefined();
    const server = await serve(installation.env);
    const next = { server, env: { ...installation.env, KEYBOOK_URL: server.url } };
    const left = (await ask(next, 'GET', `/imports/${id}`)).body;
    expect(left).toMatchObject({ status: 'failed', rows: count });
    expect(left.done % part).toBe(0);
    expect(left.detail).toContain(`The server was ended in the middle. ${left.done} of ${count} rows are imported`);
    expect((await ask(next, 'GET', '/keys?limit=1')).body.total).toBe(left.done);
    const again = await send(next, file);
    expect(again).toMatchObject({ status: 201, body: { same: left.done, created: { key: count - left.done } } });
    expect((await ask(next, 'GET', '/keys?limit=1')).body.total).toBe(count);
    expect((await keybook(['audit', 'verify'], next.env)).stdout).toMatch(/^ok: /);
  });

  it('X1: stopped in the middle, its client is told how far it came; the command line does the rest', async () => {
    const installation = await install();
    const file = keysFile(count, 'ENDED');
    const sent = send(installation, file);
    await someDone(installation);
    await installation.server.end('SIGTERM');
    const answer = await sent;
    expect(answer).toMatchObject({ status: 201, body: { status: 'failed', rows: count } });
    const server = await serve(installation.env);
    const path = join(newFolder(), 'keys.csv');
    writeFileSync(path, file);
    const env = { ...installation.env, KEYBOOK_URL: server.url };
    const done = await keybook(['import', path, '--kind', 'keys'], env);
    expect(done).toMatchObject({ status: 0 });
    const [, made, known] = /^(\d+) keys created\n(\d+) rows already there/m.exec(done.stdout) ?? [];
    expect([Number(made) + Number(known), Number(known) % part]).toEqual([count, 0]);
    expect((await ask({ env }, 'GET', '/keys?limit=1')).body.total).toBe(count);
  });
});

describe('a file of which some rows are wrong', () => {
  it('X7: the command line imports the good rows, writes the others to a file, and undoes the import; all sheets of a workbook are one list', async () => {
    const { env } = await install();
    const folder = newFolder();
    const [path, rest] = [join(folder, 'keys.csv'), join(folder, 'rest.csv')];
    writeFileSync(path, 'key,product,purchase date\nGOODR-QWERT-YUIOP,P,2026-01-01\nWRONG-QWERT-YUIOP,P,31.31.2026\n');
    const alone = await keybook(['import', path, '--kind', 'keys', '--rejected', rest], env);
    expect(alone).toMatchObject({ status: 2 });
    const asked = ['import', path, '--kind', 'keys', '--good-rows-only', '--rejected', rest];
    const done = await keybook([...asked, '--json'], env);
    expect(done).toMatchObject({ status: 0 });
    const { id, rejected } = JSON.parse(done.stdout);
    expect(rejected).toBe(1);
    expect(readFileSync(rest, 'utf8')).toMatch(/"WRONG-QWERT-YUIOP","P","31\.31\.2026","purchase date: /);
    expect(await keybook(asked, env)).toMatchObject({ status: 2 });
    const undone = await keybook(['import', 'undo', id], env);
    expect(undone).toMatchObject({ status: 0, stdout: expect.stringContaining('1 key deleted\n') });
    const again = await keybook(['import', 'undo', id], env);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('This import is undone already.') });
    const [all, head] = [join(folder, 'all.xlsx'), ['Product', 'License Key', 'Until']];
    const [one, two] = [
      sheet([head, ['P', 'SHEET-QWERT-YUIOP', '']]),
      sheet([head, ['P', 'OTHER-QWERT-YUIOP', '31.31.2026']]),
    ];
    writeFileSync(
      all,
      book([
        ['Acme', one],
        ['Beta', two],
      ]),
    );
    const sheets = await keybook(['import', all, '--sheet', '*', '--dry-run'], env);
    expect(sheets).toMatchObject({ status: 1, stdout: expect.stringMatching(/^Beta, line 2, Until: /) });
  });
});

describe('a file with very many faults', () => {
  it('X1, S2: the command line says how many more there are than it lists', async () => {
    const { env } = await install();
    const path = join(newFolder(), 'keys.csv');
    const rows = Array.from({ length: 1100 }, (_, i) => `MORE-${String(i).padStart(5, '0')}-QWERT,P,31.31.2026`);
    writeFileSync(path, `key,product,purchase date\n${rows.join('\n')}\n`);
    for (const isDryRun of [true, false]) {
      const refused = await keybook(['import', path, '--kind', 'keys', ...(isDryRun ? ['--dry-run'] : [])], env);
      expect(refused).toMatchObject({ status: 1 });
      expect(refused.stdout).toMatch(/\nand 100 more\n$/);
      expect(refused.stderr).toContain('Nothing was written: 1100 faults.');
    }
    const many = Array.from({ length: 90 }, () => 'SAME1-QWERT-YUIOP-ASDFG').join('\n');
    writeFileSync(path, many);
    const added = await keybook(['keys', 'add', path, '--product', 'P'], env);
    expect(added).toMatchObject({ status: 1 });
    expect(added.stderr).toContain('Nothing was saved: 89 of 90 lines cannot be added.');
    expect(added.stderr).toMatch(/\n {2}and 39 more\n/);
  });
});
