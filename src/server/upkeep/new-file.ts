import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** Refuses the name of a file to be made: one that exists, in a folder that is missing, none, or not for this user. */
export function requireNewFile(file: string): void {
  const folder = dirname(resolve(file));
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new AppError('not_found', `There is no folder ${folder}. Make it first, or name another.`);
  if (!found.isDirectory())
    throw new AppError('not_found', `${folder} is no folder. Name a file in one that is there.`);
  if (lstatSync(file, { throwIfNoEntry: false }))
    throw new AppError('in_use', `${file} exists. Name a new file, or delete that one first.`);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new AppError(
      'forbidden',
      `This user may not write into ${folder}. Name another folder, or change its rights.`,
    );
  }
}
