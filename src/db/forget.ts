import type { Database } from './open.ts';
import { isFileSwept, roomToRewriteFile } from './sqlite-forget.ts';

/** Whether deletions have always overwritten what they took, as far as that is this program's matter. */
export async function isSwept({ engine, admin }: Database): Promise<boolean> {
  return engine !== 'sqlite' || (await isFileSwept(admin));
}

/** How much room `rewrite` needs beside an embedded file, in bytes; a database server finds its own. */
export async function roomToRewrite({ engine, admin }: Database): Promise<number> {
  return engine === 'sqlite' ? await roomToRewriteFile(admin) : 0;
}

/** How long to wait before `forget` is tried again for the first time, in milliseconds. */
export function retryForgetMs({ engine }: Database): number {
  return engine === 'sqlite' ? 200 : 10_000;
}
