import type { JudgedLog } from '../audit/believe-untagged.ts';
import { claimHead } from '../audit/head.ts';
import { tagAnew } from '../audit/tag-anew.ts';
import { change } from '../change.ts';
import type { App } from '../context.ts';
import { systemActor } from '../people/actors.ts';
import { type ChangeTx, openSealed, openTokenToEnd, setSealed } from '../seals/change-sealed.ts';
import { openFactors } from '../seals/factor-rows.ts';
import { unlessBroken } from '../seals/seal.ts';
import { insertSecrets, readMasterKey, readSecrets } from '../secrets/master-key.ts';
import { openVault } from '../secrets/vault.ts';
import { unfit } from './unfit.ts';

type Ended = { sessions: number; tokens: number };

/**
 * Parts the state that a restore leaves from every other one, in one change: sessions and tokens end, and a new secret
 * seals people, tokens and settings and tags all entries of the log, which was just `judged`. What the state that is given
 * up holds, had the old one: put into this one, a row or an entry of it is nobody's. Refuses where a row is not as the
 * server left it. Recorded as `restore.completed` with these details.
 */
export async function renewSeals(app: App, judged: JudgedLog, details: Record<string, unknown>): Promise<Ended> {
  const now = app.clock().toISOString();
  const master = readMasterKey(app.config.masterKeyFile).key;
  const secrets = { ...(await readSecrets(app.database.admin, master)), sealKey: app.randomBytes(32) };
  const renewed = { ...app, vault: openVault(secrets) };
  const actor = systemActor('local');
  const by = {
    app: renewed,
    recorder: app,
    actor,
    address: undefined,
    idempotency: undefined,
    asked: undefined,
    now: () => now,
  };
  return change(by, async (tx) => {
    await claimHead({ db: tx, fragments: app.database.fragments });
    const sessions = await tx.deleteFrom('session').returning('id').execute();
    await tx.deleteFrom('setup_token').execute();
    await tx.deleteFrom('idempotency').execute();
    const ended = { sessions: sessions.length, tokens: await endTokens(tx, app, now) };
    await sealPeople(tx, app);
    await sealSettings(tx, app);
    await tx.deleteFrom('wrapped_key').where('purpose', '=', 'seal').execute();
    await insertSecrets(tx, master, now, [['seal', secrets.sealKey]]);
    const { engine } = app.database;
    await tagAnew(tx, { engine, judged, before: app.vault.tag, from: renewed.vault.tag });
    const audit = { action: 'restore.completed', subject: 'database:1', details: { ...details, ...ended } } as const;
    return { result: ended, audit };
  });
}

/*
 * Each row is opened by the vault of before, and written as it is: this change seals with the new one what it opened.
 */

/** Answers how many were open. One that the server did not write opens nothing as it is, and stays without a right seal. */
async function endTokens(tx: ChangeTx, app: App, now: string): Promise<number> {
  const rows = await tx.selectFrom('token').select(['id', 'revoked_at']).execute();
  for (const { id } of rows) {
    const token = await unlessBroken(() => openTokenToEnd(tx, app, id));
    if (token) await setSealed(tx, 'token', token, { revoked_at: token.revoked_at ?? now });
  }
  return rows.filter(({ revoked_at }) => revoked_at === null).length;
}

async function sealPeople(tx: ChangeTx, app: App): Promise<void> {
  for (const { id } of await tx.selectFrom('user').select('id').execute()) {
    const user = await openFactors(tx, app, id, () => tampered(`user ${id}`));
    if (user) await setSealed(tx, 'user', user, { name: user.name });
  }
}

async function sealSettings(tx: ChangeTx, app: App): Promise<void> {
  const settings = await openSealed(tx, app, 'settings', 1, () => tampered('settings 1'));
  if (settings) await setSealed(tx, 'settings', settings, { organisation: settings.organisation });
}

function tampered(what: string) {
  return unfit(`somebody changed who may do what (${what})`);
}
