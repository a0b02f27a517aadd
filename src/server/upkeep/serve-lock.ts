import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileLock, takeFileLock } from '../../db/file-lock.ts';
import { AppError } from '../../domain/errors.ts';
import { databaseFile } from '../app.ts';
import type { Config } from '../config.ts';

/** Held by whoever has the embedded database to itself. */
export function serveLockFile(config: Config): string {
  return join(config.dataDir, 'serve.lock');
}

/**
 * Claims the embedded database for one server, or for one command that needs it alone. Refuses where a server has it.
 * Several servers on one PostgreSQL are fine: there it claims nothing.
 */
export function claimDatabase(config: Config): FileLock {
  if (config.databaseUrl) return { release: () => undefined };
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = takeFileLock(serveLockFile(config));
  if (lock) return lock;
  throw new AppError(
    'server_running',
    `A Keybook server runs on ${databaseFile(config)}, or a command has it to itself. Stop that one first.`,
  );
}
