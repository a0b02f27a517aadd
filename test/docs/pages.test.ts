import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string) => readFileSync(`${root}${name}`, 'utf8');

test('house: the version is the newest of CHANGELOG.md, in the package and in the lock file', () => {
  const [, newest] = /^## (\d+\.\d+\.\d+) /m.exec(read('CHANGELOG.md')) ?? [];
  const { version } = JSON.parse(read('package.json'));
  const lock = JSON.parse(read('package-lock.json'));
  expect([version, lock.version, lock.packages[''].version]).toEqual([newest, newest, newest]);
});

test('house: what the pages of the repository link to is there', () => {
  const pages = [
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/ARCHITECTURE.md',
    'docs/PROMISES.md',
    'docs/SCOPE.md',
    'docs/STYLE.md',
  ];
  for (const page of pages)
    for (const [, link = ''] of read(page).matchAll(/\]\(((?!https?:)[^)#]+)(?:#[\w-]+)?\)/g))
      expect(() => read(new URL(link, `file:///${page}`).pathname.slice(1)), `${page} → ${link}`).not.toThrow(/ENOENT/);
});
