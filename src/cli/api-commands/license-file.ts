import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BodyInputOf, OutputOf } from '../../contract/endpoint.ts';
import type { createKey, revealKey } from '../../contract/keys.ts';
import { UsageError } from '../exit.ts';

export type DeliveryOptions = { file?: string; delivery?: string };
type Content = Pick<BodyInputOf<typeof createKey>, 'delivery' | 'licenseFile'>;

/** What a key is delivered as where that is no license key: a file that is read here, or nothing, by account. */
export async function contentOf({ file, delivery }: DeliveryOptions): Promise<Content | undefined> {
  if (delivery !== undefined && delivery !== 'account' && !(delivery === 'file' && file !== undefined))
    throw new UsageError('--delivery takes account; for a license file say --file FILE.');
  if (file === undefined) return delivery === 'account' ? { delivery } : undefined;
  if (delivery === 'account') throw new UsageError('Say either --file FILE or --delivery account.');
  const bytes = await readFile(file);
  return { licenseFile: { name: basename(file), content: bytes.toString('base64') } };
}

type Revealed = Extract<OutputOf<typeof revealKey>, { licenseFile: unknown }>['licenseFile'];

/** Writes a revealed file, for its user alone: into a new file, or as it is to standard output. */
export async function writeRevealed({ content }: Revealed, file: string | undefined): Promise<void> {
  const bytes = Buffer.from(content, 'base64');
  if (file === undefined) process.stdout.write(bytes);
  else await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
}
