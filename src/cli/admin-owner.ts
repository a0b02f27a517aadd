import { existsSync, statSync } from 'node:fs';
import { databaseFile } from '../server/app.ts';
import type { Config } from '../server/config.ts';

/**
 * Run as root, a command becomes the user who owns the embedded database, or the folder it is to be in, before it
 * touches anything there: the server, which runs as that user, must still be able to use what the command leaves behind.
 */
export function becomeOwner(config: Config): void {
  const file = databaseFile(config);
  const owner = statSync(existsSync(file) ? file : config.dataDir, { throwIfNoEntry: false });
  if (process.getuid?.() !== 0 || owner === undefined || owner.uid === 0) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
