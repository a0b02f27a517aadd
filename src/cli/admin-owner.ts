import { lstatSync, type Stats, statSync } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import { databaseFile } from '../server/app.ts';
import type { Config } from '../server/config.ts';

/**
 * Run as root, a command becomes the user who owns DATA_DIR before it touches anything there: the server, which runs as
 * that user, must still be able to use what the command leaves behind, and root would follow any link that user has put
 * there. Refuses an embedded database that is such a link, or another user's; in a folder of root's own it becomes that one.
 */
export function becomeOwner(config: Config): void {
  if (process.getuid?.() !== 0) return;
  const folder = statSync(config.dataDir, { throwIfNoEntry: false });
  const path = databaseFile(config);
  const file = config.databaseUrl ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (file?.isSymbolicLink())
    throw new AppError(
      'forbidden',
      `${path} is a link. Move the database itself there, or set DATA_DIR to its folder.`,
    );
  if (folder && folder.uid !== 0 && file && file.uid !== folder.uid) throw ownedByTwo(path, file, folder);
  const owner = folder?.uid === 0 ? file : folder;
  if (owner === undefined || owner.uid === 0) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

function ownedByTwo(path: string, file: Stats, folder: Stats): AppError {
  return new AppError(
    'forbidden',
    `${path} belongs to uid ${file.uid}, its folder to uid ${folder.uid}: root becomes the user who owns both. Give them to the user of the server (chown), or run this as that user.`,
  );
}
