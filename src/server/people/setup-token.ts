import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { isGenuine } from '../seals/is-genuine.ts';
import { sealOf } from '../seals/seal.ts';
import { lasts } from '../upkeep/own-clock.ts';
import { credentialMac } from './actors.ts';
import { isToBeSetUp } from './is-to-be-set-up.ts';
import { organisationExists } from './make-organisation.ts';

const tokenHours = 1;

/** Where the setup token lies for whoever may read the server's files. */
export function setupTokenFile(app: App): string {
  return join(app.config.dataDir, 'secrets', 'setup-token');
}

/**
 * Makes a one-time setup token, good for an hour: printed in the link, kept in a file only this user can read, stored
 * as a keyed hash, sealed. Several servers may each make one; the first use closes them all. Refuses where there is, or
 * was, an organisation.
 */
export async function makeSetupToken(app: App): Promise<string> {
  const token = app.randomBytes(32).toString('base64url');
  const expires = new Date(app.clock().getTime() + tokenHours * 3_600_000).toISOString();
  const row = { token_mac: credentialMac(app, 'setup', token), expires_at: expires };
  await app.database.transaction(async (tx) => {
    if (!(await isToBeSetUp(app, tx))) throw organisationExists();
    await tx
      .insertInto('setup_token')
      .values({ ...row, seal: sealOf(app.vault, 'setup_token', row) })
      .execute();
  });
  const folder = join(app.config.dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(setupTokenFile(app), { force: true });
  writeFileSync(setupTokenFile(app), `${token}\n`, { flag: 'wx', mode: 0o600 });
  return token;
}

/** Deletes the file of the setup token, once it opens nothing. */
export function dropSetupToken(app: App): void {
  rmSync(setupTokenFile(app), { force: true });
}

/** Refuses a setup token that is wrong or past its hour, and any where there is, or was, an organisation. */
export async function requireSetupToken(app: App, token: string): Promise<void> {
  if (!(await isToBeSetUp(app))) throw organisationExists();
  const token_mac = credentialMac(app, 'setup', token);
  const row = await app.database.read
    .selectFrom('setup_token')
    .selectAll()
    .where('token_mac', '=', token_mac)
    .executeTakeFirst();
  const isGood = row && lasts(row.expires_at, app.clock(), tokenHours * 3_600_000);
  if (!isGood || !(await isGenuine(app, 'setup_token', row, { token_mac })))
    throw new AppError(
      'wrong_setup_token',
      'The setup link is wrong or older than an hour. Restart the server for a new one.',
    );
}
