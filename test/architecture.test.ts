import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

type Import = { specifier: string; isDynamic: boolean };

const ROOMS = ['domain', 'contract', 'db', 'server', 'cli', 'web'];

/** What each room may import: rooms, 'node:', 'npm' for any package, or a package by name. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: ['domain'],
  contract: ['domain', 'contract', 'zod'],
  db: ['domain', 'db', 'npm', 'node:'],
  server: ['domain', 'contract', 'db', 'server', 'npm', 'node:'],
  cli: ['domain', 'contract', 'cli', 'npm', 'node:'],
  web: ['domain', 'contract', 'web', 'npm'],
};

/** The commands that run on the server's own machine: they may import server and db, main.ts loads them when called. */
const ADMIN = /^src\/cli\/admin/;
const COMMAND_LINE = 'src/cli/main.ts';

const DIALECT_WORDS = [
  /better-sqlite3/i,
  /\bpg_/i,
  /from ['"]pg['"]/,
  /autoincrement/i,
  /fts5/i,
  /jsonb/i,
  /\bpragma\b/i,
  /json_extract/i,
  /\bilike\b/i,
  /::text/i,
];
const ENGINE_NAMES = [/sqlite/i, /postgres/i];

/** Where an engine is named for people to read, or in the address they write in a setting. */
const MAY_NAME_ENGINE = ['src/server/config.ts'];

const EMPTY_NAMES = /^(utils?|helpers?|common|shared|managers?|services?)$|[-.](utils?|helpers?|manager|service)$/;

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the rooms under src', () => {
  const files = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('src', path.replaceAll('\\', '/')))
    .filter((path) => /\.tsx?$/.test(path));
  const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

  test('house: there are source files to look at', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test('house: imports run one way, domain ← contract ← {server, web, cli} and db ← server', () => {
    expect(files.flatMap((path) => forbiddenImports(path, read(path)))).toEqual([]);
  });

  test('house: no word of an SQL dialect outside src/db', () => {
    expect(files.flatMap((path) => dialectWords(path, read(path)))).toEqual([]);
  });

  test('house: no file or folder is named for nothing (utils, helpers, common, shared, manager, service)', () => {
    expect(files.filter(isEmptyName)).toEqual([]);
  });
});

describe('the checker itself', () => {
  test.each([
    ['src/domain/a.ts', `import { x } from '../contract/x.ts';`],
    ['src/domain/a.ts', `import fs from 'node:fs';`],
    ['src/domain/a.ts', `import fs from 'fs';`],
    ['src/domain/a.ts', `import { z } from 'zod';`],
    ['src/contract/keys.ts', `import { v7 } from 'uuid';`],
    ['src/contract/keys.ts', `import { createHash } from 'node:crypto';`],
    ['src/contract/keys.ts', `import type { Tables } from '../db/tables.ts';`],
    ['src/db/a.ts', `import {\n  one,\n  other,\n} from '../contract/keys.ts';`],
    ['src/db/a.ts', `export * from '../server/change.ts';`],
    ['src/server/a.ts', `export { x } from '../cli/x.ts';`],
    ['src/server/keys/a.ts', `import '../../web/x.ts';`],
    ['src/web/keys/a.tsx', `const db = await import('../../db/open.ts');`],
    ['src/web/keys/a.tsx', `import { change } from "../../server/change.ts";`],
    ['src/web/a.ts', `import fs from 'node:fs';`],
    ['src/cli/keys.ts', `import { change } from '../server/change.ts';`],
    ['src/cli/keys.ts', `const { open } = await import('../db/open.ts');`],
    ['src/cli/main.ts', `import { serve } from './admin.ts';`],
    ['src/cli/main.ts', `import { serve } from '../server/main.ts';`],
    ['src/cli/main.ts', `const { start } = await import('../server/main.ts');`],
    ['src/cli/keys.ts', `const admin = await import('./admin.ts');`],
    ['src/server/a.ts', `import x from '../../scripts/x.js';`],
    ['src/server/a.ts', `type X = import('../cli/x.ts').X;`],
    ['src/other/a.ts', `export const a = 1;`],
    ['src/a.ts', `export const a = 1;`],
  ])('house: refuses, in %s, %s', (path, text) => {
    expect(forbiddenImports(path, text)).not.toEqual([]);
  });

  test.each([
    ['src/domain/keys/a.ts', `import { x } from '../days.ts';`],
    ['src/domain/a.ts', `// import { x } from '../server/x.ts';\n/* import 'node:fs' */`],
    ['src/contract/keys.ts', `import { z } from 'zod';\nimport { x } from '../domain/x.ts';`],
    ['src/domain/a.ts', `const table = {\n  'keys.import': open('x'),\n  'keys.export': 'node:fs',\n};`],
    ['src/db/open.ts', `import { Kysely } from 'kysely';\nimport fs from 'node:fs';`],
    ['src/server/keys/a.ts', `import { x } from '../../db/x.ts';\nimport { y } from '../../contract/y.ts';`],
    ['src/cli/admin.ts', `import { serve } from '../server/main.ts';`],
    ['src/cli/admin-verify.ts', `import { open } from '../db/open.ts';\nimport { x } from './admin.ts';`],
    ['src/cli/main.ts', `const { admin } = await import('./admin.ts');`],
    ['src/web/a.tsx', `import { useState } from 'react';\nimport { x } from '../contract/x.ts';`],
  ])('house: allows, in %s, %s', (path, text) => {
    expect(forbiddenImports(path, text)).toEqual([]);
  });

  test.each([
    ['src/server/a.ts', 'const query = sql`select x::text`;'],
    ['src/server/a.ts', `import { Pool } from 'pg';`],
    ['src/server/a.ts', `if (error.code === 'SQLITE_BUSY') retry();`],
    ['src/server/a.ts', 'sql`PRAGMA synchronous`'],
    ['src/server/a.ts', 'sql`select * from pg_class where a ILIKE b`'],
    ['src/server/config.ts', `import Database from 'better-sqlite3';`],
    ['src/server/config.ts', 'sql`select jsonb_agg(a)`'],
    ['src/cli/admin.ts', `const url = 'https://x'; db.run('create virtual table using fts5');`],
  ])('house: finds the dialect in %s, %s', (path, text) => {
    expect(dialectWords(path, text)).not.toEqual([]);
  });

  test.each([
    ['src/db/open.ts', `import Database from 'better-sqlite3';`],
    ['src/server/a.ts', `// SQLite runs its query on the event loop\nconst jpg_size = 1;`],
    ['src/server/config.ts', `const help = 'a PostgreSQL address such as postgres://…';`],
  ])('house: finds no dialect in %s, %s', (path, text) => {
    expect(dialectWords(path, text)).toEqual([]);
  });

  test.each(['src/server/utils.ts', 'src/server/key-service.ts', 'src/web/shared/x.tsx', 'src/db/helpers/a.ts'])(
    'house: refuses the name %s',
    (path) => expect(isEmptyName(path)).toBe(true),
  );

  test('house: allows the name src/domain/key-status.ts', () => {
    expect(isEmptyName('src/domain/key-status.ts')).toBe(false);
  });
});

/** The imports in a file that its room may not make, each as "file → specifier". */
function forbiddenImports(path: string, text: string): string[] {
  const room = roomOf(path);
  if (!ROOMS.includes(room)) return [`${path} is in no room`];
  return importsOf(text)
    .filter((found) => !isAllowed(path, room, found))
    .map((found) => `${path} → ${found.specifier}`);
}

function isAllowed(path: string, room: string, { specifier, isDynamic }: Import): boolean {
  const allowed = MAY_IMPORT[room] ?? [];
  if (isBuiltin(specifier)) return allowed.includes('node:');
  if (!specifier.startsWith('.')) return allowed.includes('npm') || allowed.includes(specifier);

  const target = posix.join(posix.dirname(path), specifier);
  if (target === 'package.json') return allowed.includes('node:');
  const isAdmin = ADMIN.test(path);
  if (ADMIN.test(target)) return isAdmin || (isDynamic && path === COMMAND_LINE);
  if (isAdmin && ['server', 'db'].includes(roomOf(target))) return true;
  return allowed.includes(roomOf(target));
}

function roomOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const still = code.matchAll(/(?:^|;)\s*(?:import|export)\b(?:[^;'"`()]*?\bfrom)?\s*(['"])(.+?)\1/gm);
  const dynamic = code.matchAll(/\bimport\s*\(\s*(['"`])(.+?)\1/g);
  return [
    ...Array.from(still, (match) => ({ specifier: match[2] ?? '', isDynamic: false })),
    ...Array.from(dynamic, (match) => ({ specifier: match[2] ?? '', isDynamic: true })),
  ];
}

/** Keeps strings whole, so that "https://…" is not taken for a comment. */
function withoutComments(text: string): string {
  const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source;
  const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/.source;
  return text.replace(new RegExp(`(${strings})|${comments}`, 'g'), (_, string: string | undefined) => string ?? ' ');
}

/** The words of an SQL dialect in a file outside src/db, each as "file: word". */
function dialectWords(path: string, text: string): string[] {
  if (roomOf(path) === 'db') return [];
  const code = withoutComments(text);
  const words = MAY_NAME_ENGINE.includes(path) ? DIALECT_WORDS : [...DIALECT_WORDS, ...ENGINE_NAMES];
  return words.flatMap((word) => {
    const found = word.exec(code);
    return found ? [`${path}: ${found[0]}`] : [];
  });
}

function isEmptyName(path: string): boolean {
  return path.split('/').some((part) => EMPTY_NAMES.test(basename(part).replace(/\.tsx?$/, '')));
}
