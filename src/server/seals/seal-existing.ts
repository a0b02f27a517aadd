import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { CredentialKind, Vault } from '../secrets/vault.ts';
import { readFactors } from './factors.ts';
import { sealOf } from './seal.ts';

/**
 * Takes over the rows of a version that knew no seals, as they are: their hashes become keyed, so that whoever holds a
 * session, token or recovery code goes on, and each gets its seal. `lastIdx` is the newest entry of the log. Refused
 * where a row has a seal already: then this database has lost the secret it was made with.
 */
export async function sealExisting(tx: WriteDb, vault: Vault, lastIdx: number): Promise<void> {
  await requireNoneSealed(tx);
  await keyHashes(tx, vault);
  for (const row of await tx.selectFrom('user').selectAll().execute()) {
    const values = { sealed_idx: lastIdx, ...(await readFactors(tx, row.id)) };
    const seal = sealOf(vault, 'user', { ...row, ...values });
    await tx
      .updateTable('user')
      .set({ ...values, seal })
      .where('id', '=', row.id)
      .execute();
  }
  for (const row of await tx.selectFrom('session').selectAll().execute()) {
    const seal = sealOf(vault, 'session', row);
    await tx.updateTable('session').set({ seal }).where('id', '=', row.id).execute();
  }
  for (const row of await tx.selectFrom('token').selectAll().execute()) {
    const values = { sealed_idx: lastIdx };
    const seal = sealOf(vault, 'token', { ...row, ...values });
    await tx
      .updateTable('token')
      .set({ ...values, seal })
      .where('id', '=', row.id)
      .execute();
  }
  for (const row of await tx.selectFrom('settings').selectAll().execute()) {
    const values = { sealed_idx: lastIdx };
    const seal = sealOf(vault, 'settings', { ...row, ...values });
    await tx
      .updateTable('settings')
      .set({ ...values, seal })
      .execute();
  }
  for (const row of await tx.selectFrom('setup_token').selectAll().execute()) {
    const seal = sealOf(vault, 'setup_token', row);
    await tx.updateTable('setup_token').set({ seal }).where('token_mac', '=', row.token_mac).execute();
  }
}

async function requireNoneSealed(tx: WriteDb): Promise<void> {
  for (const table of ['user', 'session', 'token', 'settings', 'setup_token'] as const) {
    const { rows } = await sql`select 1 from ${sql.table(table)} where seal <> '' limit 1`.execute(tx);
    if (rows.length > 0)
      throw new AppError(
        'unavailable',
        `The database has lost the secrets its rows were sealed with (${table}). They are not made anew, because that would declare genuine whatever lies there. Restore a backup.`,
      );
  }
}

const hashed = [
  { table: 'session', column: 'token_mac', kind: 'session' },
  { table: 'token', column: 'token_mac', kind: 'token' },
  { table: 'setup_token', column: 'token_mac', kind: 'setup' },
  { table: 'recovery_code', column: 'code_mac', kind: 'recovery' },
] as const satisfies { table: string; column: string; kind: CredentialKind }[];

/** Until now these columns hold plain hashes. */
async function keyHashes(tx: WriteDb, vault: Vault): Promise<void> {
  for (const { table, column, kind } of hashed) {
    const [name, at] = [sql.table(table), sql.ref(column)];
    const { rows } = await sql<{ hash: string }>`select ${at} as hash from ${name}`.execute(tx);
    for (const { hash } of rows)
      await sql`update ${name} set ${at} = ${vault.credentialMac(kind, hash)} where ${at} = ${hash}`.execute(tx);
  }
}
