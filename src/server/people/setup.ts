import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import type { setup } from '../../contract/people.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { change } from '../change.ts';
import type { Actor, App, Settings } from '../context.ts';
import { foldRecord } from '../folded.ts';
import { newId } from '../ids.ts';
import type { PublicCtx } from '../route.ts';
import { systemUserId, tokenHash } from './actors.ts';
import { hashPassword } from './password.ts';
import { setSessionCookie } from './session-cookie.ts';
import { describeMe, insertSession, newSessionToken } from './sessions.ts';

const tokenHours = 1;

/** Whether the first administrator is still to be made. */
export async function setupNeeded(app: App): Promise<boolean> {
  const row = await app.database.read.selectFrom('settings').select('id').executeTakeFirst();
  return row === undefined;
}

/** Where the setup token lies for whoever may read the server's files. */
export function setupTokenFile(app: App): string {
  return join(app.config.dataDir, 'secrets', 'setup-token');
}

/**
 * Makes a one-time setup token, good for an hour: printed in the link, kept in a file only this user can read, stored
 * hashed. Several servers may each make one; the first use closes them all.
 */
export async function makeSetupToken(app: App): Promise<string> {
  const token = app.randomBytes(32).toString('base64url');
  const expires = new Date(app.clock().getTime() + tokenHours * 3_600_000).toISOString();
  await app.database.transaction(async (tx) => {
    await tx
      .insertInto('setup_token')
      .values({ token_hash: tokenHash(token), expires_at: expires })
      .execute();
  });
  const folder = join(app.config.dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  rmSync(setupTokenFile(app), { force: true });
  writeFileSync(setupTokenFile(app), `${token}\n`, { mode: 0o600 });
  return token;
}

/** Makes the organisation, its house customer and its first administrator, once, and signs that person in. */
export async function setUp(ctx: PublicCtx, { body }: { body: BodyOf<typeof setup> }): Promise<OutputOf<typeof setup>> {
  const { app } = ctx;
  await requireSetupToken(app, body.token);
  const passwordHash = await hashPassword(body.password);
  const now = app.clock().toISOString();
  const settings: Settings = {
    organisation: body.organisation,
    timeZone: body.timeZone,
    locale: body.locale ?? 'en',
    houseId: newId(app),
  };
  const actor: Actor = { kind: 'session', id: newId(app), name: body.name, roles: ['administrator'], scope: 'all' };
  const token = newSessionToken(app);
  await change({ app, actor, address: ctx.address, idempotency: undefined, now: () => now }, async (tx) => {
    const claimed = await tx.deleteFrom('setup_token').returning('token_hash').execute();
    if (claimed.length === 0) throw alreadyDone();
    await insertOrganisation(tx, settings, now);
    await insertFirstUsers(tx, actor, body.email, passwordHash, settings.locale, now);
    await insertSession(tx, app, actor.id, token);
    return {
      result: {},
      audit: [
        {
          action: 'settings.created',
          subject: 'settings:1',
          details: { organisation: body.organisation, timeZone: body.timeZone },
        },
        {
          action: 'customer.created',
          subject: `customer:${settings.houseId}`,
          customerId: settings.houseId,
          details: { name: body.organisation, house: true },
        },
        {
          action: 'user.created',
          subject: `user:${actor.id}`,
          details: { name: body.name, email: body.email, role: 'administrator' },
        },
      ],
    };
  });
  rmSync(setupTokenFile(app), { force: true });
  ctx.reply.headers['set-cookie'] = setSessionCookie(app.config, token);
  return describeMe(actor, settings, body.email, app);
}

function alreadyDone(): AppError {
  return new AppError('setup_done', 'Keybook is set up already. Sign in.');
}

async function requireSetupToken(app: App, token: string): Promise<void> {
  if (!(await setupNeeded(app))) throw alreadyDone();
  const row = await app.database.read
    .selectFrom('setup_token')
    .select('expires_at')
    .where('token_hash', '=', tokenHash(token))
    .executeTakeFirst();
  if (!row || row.expires_at <= app.clock().toISOString())
    throw new AppError(
      'wrong_setup_token',
      'The setup link is wrong or older than an hour. Restart the server for a new one.',
    );
}

async function insertOrganisation(tx: WriteDb, settings: Settings, now: string): Promise<void> {
  const { organisation, timeZone, locale, houseId } = settings;
  const texts = { name: organisation, number: '', contact: '' };
  const folded = foldRecord(texts, ['name', 'number', 'contact']);
  await tx
    .insertInto('customer')
    .values({ id: houseId, ...texts, name_f: foldText(organisation), ...folded, archived: 0, created_at: now })
    .execute();
  await tx
    .insertInto('settings')
    .values({
      id: 1,
      organisation,
      time_zone: timeZone,
      locale,
      house_id: houseId,
      master_key_confirmed: 0,
      version: 1,
    })
    .execute();
}

async function insertFirstUsers(
  tx: WriteDb,
  actor: Actor,
  email: string,
  passwordHash: string,
  locale: string,
  now: string,
): Promise<void> {
  const common = { role: 'administrator', scope: 'all', locale, disabled_at: null, created_at: now } as const;
  await tx
    .insertInto('user')
    .values([
      {
        id: systemUserId,
        kind: 'system',
        name: 'System',
        email: '',
        email_f: null,
        password_hash: null,
        search_f: 'system',
        ...common,
      },
      {
        id: actor.id,
        kind: 'person',
        name: actor.name,
        email,
        email_f: foldText(email),
        password_hash: passwordHash,
        search_f: foldText(actor.name),
        ...common,
      },
    ])
    .execute();
}
