import type { BrowserContext } from 'playwright-core';
import { inject } from 'vitest';
import { labelOf, titleOf, valueLabel } from '../../src/domain/labels.ts';
import type { Language } from '../../src/domain/languages.ts';
import type { Vocabulary } from '../../src/domain/vocabulary.ts';
import { askDoor } from './door.ts';
import { copyDemo, signInOf } from './installed.ts';
import { type Env, keybook, newFolder, type Server, serve } from './process.ts';

/** An installation with the demo's year, and how its administrator signs in. */
export type Demo = { server: Server; env: Env; language: Language; email: string; password: string };

/** Starts a server on what the `demo` verb made, in the language of its people; in English on a copy of the run's. */
export async function startDemo(language: Language): Promise<Demo> {
  const dataDir = newFolder();
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'error' };
  const signIn =
    language === 'en'
      ? copyDemo(await askDoor(inject('demoDoor')), dataDir)
      : signInOf(await keybook(['demo', '--language', language], env));
  return { server: await serve(env), env, language, ...signIn };
}

/** Signs a browser's context in, without a screen. */
export async function signIn(
  context: BrowserContext,
  { server }: Pick<Demo, 'server'>,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const answer = await context.request.post(`${server.url}/api/v1/session`, { data: { email, password } });
  if (answer.status() !== 201) throw new Error(await answer.text());
}

/** What stands on screen, by the name of the word: a test then reads both languages. */
export function wordsOf(vocabulary: Vocabulary) {
  return {
    word: (name: string, given: Record<string, string> = {}): string => {
      let found: unknown = vocabulary;
      for (const part of name.split('.')) found = (found as Record<string, unknown> | undefined)?.[part];
      if (typeof found !== 'string') throw new Error(`no word is called ${name}`);
      return found.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => given[key] ?? '');
    },
    title: (record: Parameters<typeof titleOf>[0]): string => titleOf(record, vocabulary),
    label: (record: Parameters<typeof labelOf>[1], field: Parameters<typeof labelOf>[0]): string =>
      labelOf(field, record, vocabulary),
    value: <Kind extends Parameters<typeof valueLabel>[0]>(
      kind: Kind,
      value: Parameters<typeof valueLabel<Kind>>[1],
    ): string => valueLabel(kind, value, vocabulary),
  };
}
export type ScreenWords = ReturnType<typeof wordsOf>;
