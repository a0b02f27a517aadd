import { join } from 'node:path';
import { openDatabase } from '../../src/db/open.ts';
import { readFactors } from '../../src/server/seals/factors.ts';
import { sealOf } from '../../src/server/seals/seal.ts';
import { readMasterKey, readSecrets } from '../../src/server/secrets/master-key.ts';
import { openVault } from '../../src/server/secrets/vault.ts';
import type { World } from './world.ts';

type Table = 'user' | 'session' | 'token' | 'settings';

/** Seals a row that a test has put or changed straight in the tables, as if the server itself had written it. */
export async function sealRow({ app }: Pick<World, 'app'>, table: Table, id: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    // The first of these tables stands for each: they have these columns in common.
    const name = table as 'user';
    const row = await tx.selectFrom(name).selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const factors = table === 'user' ? await readFactors(tx, id) : {};
    const seal = sealOf(app.vault, table, { ...row, ...factors });
    await tx
      .updateTable(name)
      .set({ ...factors, seal })
      .where('id', '=', id)
      .execute();
  });
}

/** Changes a person straight in the table, sealed. */
export async function setUser(
  world: Pick<World, 'app'>,
  id: string,
  values: { role?: 'administrator' | 'technician' | 'auditor'; scope?: string; password_hash?: string },
): Promise<void> {
  await world.app.database.transaction((tx) => tx.updateTable('user').set(values).where('id', '=', id).execute());
  await sealRow(world, 'user', id);
}

/** Sets back when every session of an installation was confirmed, beside its running server. */
export async function confirmedLongAgo(dataDir: string): Promise<void> {
  const database = openDatabase({ file: join(dataDir, 'keybook.db') });
  const master = readMasterKey(join(dataDir, 'secrets', 'master.key')).key;
  const vault = openVault(await readSecrets(database.admin, master));
  for (const row of await database.admin.selectFrom('session').selectAll().execute()) {
    const values = { confirmed_at: '2020-01-01T00:00:00.000Z' };
    const seal = sealOf(vault, 'session', { ...row, ...values });
    await database.admin
      .updateTable('session')
      .set({ ...values, seal })
      .where('id', '=', row.id)
      .execute();
  }
  await database.close();
}
