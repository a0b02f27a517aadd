import { sql } from 'kysely';
import { reading, type WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { type AccessTold, accessTold, accountName, tellsToken } from '../audit/access-told.ts';
import type { CredentialKind, Vault } from '../secrets/vault.ts';
import { type Factors, hasItsFactors, readFactorSet, readFactors } from './factors.ts';
import { sealOf } from './seal.ts';
import type { RowOf } from './sealed-columns.ts';

type Row = Readonly<Record<string, unknown>> & { id: string | number };

/**
 * What of a version that knew no seals went on: `removed` was taken away in words, because the log does not tell of it as
 * it is, and `lacking` is what it tells of and is gone.
 */
type Sealed = { removed: string[]; lacking: string[] };

/**
 * Takes over the rows of a version that knew no seals. Whoever could write to it could make any of them: people and
 * settings are judged by whoever calls this, and what lets people in beside their password goes on where the log, which was
 * just found to be as signed, tells of it. Everything else of that kind is taken away without a seal; so are all sessions
 * and setup tokens, of which no entry tells. Hashes become keyed. `lastIdx` is the newest entry of the log. Refused where
 * a row has a seal already: then this database has lost the secret it was made with.
 */
export async function sealExisting(tx: WriteDb, vault: Vault, lastIdx: number): Promise<Sealed> {
  await requireNoneSealed(tx);
  for (const table of ['session', 'setup_token'] as const) await tx.deleteFrom(table).execute();
  const told = await accessTold(reading(tx));
  const removed = [...(await removeTokens(tx, told)), ...(await removeAccounts(tx, told))];
  const people = await tx.selectFrom('user').selectAll().orderBy('id').execute();
  const lacking: string[] = [];
  for (const person of people) removed.push(...(await removeFactors(tx, told, person, lacking)));
  await keyHashes(tx, vault);
  const seal = (table: 'user' | 'token' | 'settings', row: Row, more: Partial<Factors> = {}) => {
    const values = { sealed_idx: lastIdx, ...more };
    // The first of these tables stands for each.
    return tx
      .updateTable(table as 'user')
      .set({ ...values, seal: sealOf(vault, table, { ...row, ...values }) })
      .where('id', '=', String(row.id))
      .execute();
  };
  for (const row of people) await seal('user', row, await readFactors(tx, row.id));
  for (const row of await tx.selectFrom('token').selectAll().execute()) await seal('token', row);
  for (const row of await tx.selectFrom('settings').selectAll().execute()) await seal('settings', row);
  await requireAsSealed(tx, vault, told);
  return { removed, lacking };
}

/**
 * Refuses where the database holds something else than was judged and sealed: a trigger that somebody left there may give
 * rights between the two, or take them back afterwards. From here to the judging of people nothing is written.
 */
async function requireAsSealed(tx: WriteDb, vault: Vault, told: AccessTold): Promise<void> {
  const people = await tx.selectFrom('user').selectAll().execute();
  const areSealed = async () => {
    for (const table of ['user', 'token', 'settings'] as const)
      for (const row of await tx.selectFrom(table).selectAll().execute())
        if (row.seal !== sealOf(vault, table, row)) return false;
    for (const row of people) if (!(await hasItsFactors(tx, row))) return false;
    return true;
  };
  const areTold = async () => {
    if ((await untoldTokens(tx, told)).length > 0 || (await untoldAccounts(tx, told)).length > 0) return false;
    for (const row of people) if ((await untoldFactors(tx, told, row)).length > 0) return false;
    return true;
  };
  if ((await areSealed()) && (await areTold())) return;
  throw new AppError(
    'unavailable',
    'The database holds something else than Keybook has just written, so nothing was done: a trigger may change it. Remove what Keybook did not make, or restore a backup.',
  );
}

async function untoldTokens(tx: WriteDb, told: AccessTold) {
  const rows = await tx.selectFrom('token').selectAll().orderBy('id').execute();
  return rows.filter((row) => !tellsToken(told, row));
}

/** Nothing is stated of them either. */
async function removeTokens(tx: WriteDb, told: AccessTold): Promise<string[]> {
  const untold = await untoldTokens(tx, told);
  for (const { id } of untold) {
    await tx.deleteFrom('token').where('id', '=', id).execute();
    await tx.deleteFrom('unstated').where('kind', '=', 'token').where('id', '=', id).execute();
  }
  return untold.map(({ id, name, user_id }) => `token ${id} (${name}) of user ${user_id}`);
}

async function untoldAccounts(tx: WriteDb, { accounts }: AccessTold) {
  const rows = await tx.selectFrom('identity').selectAll().orderBy('id').execute();
  return rows.filter((row) => accounts.get(accountName(row)) !== row.user_id);
}

async function removeAccounts(tx: WriteDb, told: AccessTold): Promise<string[]> {
  const untold = await untoldAccounts(tx, told);
  for (const { id } of untold) await tx.deleteFrom('identity').where('id', '=', id).execute();
  return untold.map(({ issuer, subject, user_id }) => `account ${subject} at ${issuer} of user ${user_id}`);
}

type Person = Pick<RowOf<'user'>, 'id' | 'email'>;
type Untold = { table: 'second_factor' | 'recovery_code'; words: string };

/** A second factor without an entry, and recovery codes where there are more than there should be. */
async function untoldFactors(tx: WriteDb, told: AccessTold, { id, email }: Person): Promise<Untold[]> {
  const { isOn, codes: left } = told.factors.get(id) ?? { isOn: false, codes: 0 };
  const { factor, codes } = await readFactorSet(tx, id);
  const person = `user ${id} (${email})`;
  return [
    ...(factor && !isOn ? [{ table: 'second_factor', words: `second factor of ${person}` } as const] : []),
    // A number that no entry tells is below none.
    ...(codes.length <= left
      ? []
      : [{ table: 'recovery_code', words: `${codes.length} recovery codes of ${person}` } as const]),
  ];
}

async function removeFactors(tx: WriteDb, told: AccessTold, person: Person, lacking: string[]): Promise<string[]> {
  const { factor } = await readFactorSet(tx, person.id);
  const isOn = told.factors.get(person.id)?.isOn === true;
  if (isOn && !factor) lacking.push(`the second factor of user ${person.id} (${person.email})`);
  const untold = await untoldFactors(tx, told, person);
  for (const { table } of untold) await tx.deleteFrom(table).where('user_id', '=', person.id).execute();
  return untold.map(({ words }) => words);
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
  { table: 'token', column: 'token_mac', kind: 'token' },
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
