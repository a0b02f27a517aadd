import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingDocs } from '../../src/server/config.ts';
import { freePort, keybook, unread } from '../harness/process.ts';

const guide = readFileSync(new URL('../../docs/OPERATING.md', import.meta.url), 'utf8');

describe('the settings', () => {
  it('api: the operating guide lists every setting, with its default and in the same words', () => {
    const [, table = ''] = /## Settings\n[^|]*((?:\|.*\n)+)/.exec(guide) ?? [];
    const rows = table.trim().replaceAll(/ +/g, ' ').split('\n').slice(2);
    expect(rows).toEqual(
      settingDocs.map(({ name, fallback, says }) => `| \`${name}\` | ${fallback && `\`${fallback}\` `}| ${says} |`),
    );
  });

  it('api: --help lists every setting, with its default and in the same words', async () => {
    const { status, stdout } = await keybook(['--help'], {});
    expect(status).toBe(0);
    const [, list = ''] = /\nSettings \(.*\):\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    const lines = list
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().replace(/\s{2,}/, '  '));
    expect(lines).toEqual(
      settingDocs.map(({ name, fallback, says }) => `${name}  ${says}${fallback && ` (${fallback})`}`),
    );
  });

  it('api: the guide names every command that --help lists', async () => {
    const { stdout } = await keybook(['--help'], {});
    const [, list = ''] = /\nCommands:\n([\s\S]+?)\n\n/.exec(stdout) ?? [];
    const commands = [...list.matchAll(/^ {2}(\w+)/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(10);
    for (const command of commands) expect(guide).toMatch(new RegExp(`\`${command}[ \`]`));
  });
});

describe('the command line', () => {
  it('api: a command, option or argument that is not known is a usage fault, and help is none', async () => {
    const wrong = [[], ['fly'], ['keys', 'fly'], ['keys', 'add'], ['keys', 'list', '--fly'], ['audit', 'export']];
    for (const args of wrong) {
      const ended = await keybook(args, { KEYBOOK_TOKEN: 'x' });
      expect(ended, args.join(' ')).toMatchObject({ status: 2, stdout: '' });
      expect(ended.stderr.length).toBeGreaterThan(10);
    }
    expect(await keybook(['keys', 'apply', '--help'], {})).toMatchObject({ status: 0, stderr: '' });
  });

  it('api: an answer that nobody reads to its end is no fault', async () => {
    expect(await unread(['--help'], {})).toEqual({ status: 0, stderr: '' });
  });

  it('api: without a token, with a server that is not there, or with something else there, it says so', async () => {
    const none = await keybook(['keys', 'list'], {});
    expect(none).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('KEYBOOK_TOKEN') });
    const away = await keybook(['keys', 'list', '--url', `http://127.0.0.1:${await freePort()}`, '--token', 'x'], {});
    expect(away).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('ECONNREFUSED') });
    const address = await keybook(['keys', 'list', '--url', 'keys.example.org', '--token', 'x'], {});
    expect(address.status).toBe(2);
  });
});
