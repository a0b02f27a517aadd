import { createHash } from 'node:crypto';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';

/** What the row of a person says of the second factor, recovery codes and identities, which stand in tables of their own. */
export type Factors = { factors: string; enrolled_at: string | null };

/** The same, one by one. A second factor that no code has proved yet is not among them: it opens nothing. */
export type FactorSet = {
  readonly factor: { readonly secret: string; readonly confirmed_at: string | null } | undefined;
  readonly codes: readonly string[];
  readonly identities: readonly { readonly id: string; readonly issuer: string; readonly subject: string }[];
  /** A secret that is held to be proved: no factor yet, and sealed nowhere. */
  readonly unproved?: string;
};

export const noFactors: FactorSet = { factor: undefined, codes: [], identities: [] };

/** Reads them one by one, as they are. */
export async function readFactorSet(db: ReadDb | WriteDb, userId: string): Promise<FactorSet> {
  const read = reading(db);
  const factor = await read
    .selectFrom('second_factor')
    .select(['secret', 'confirmed_at'])
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst();
  const codes = await read.selectFrom('recovery_code').select('code_mac').where('user_id', '=', userId).execute();
  const identities = await read
    .selectFrom('identity')
    .select(['id', 'issuer', 'subject'])
    .where('user_id', '=', userId)
    .execute();
  return { factor, codes: codes.map((row) => row.code_mac), identities };
}

/** What the row of a person says of such factors. */
export function factorsOf({ factor, codes, identities }: FactorSet): Factors {
  const parts = [
    factor ? [factor.secret, factor.confirmed_at] : null,
    codes.toSorted(),
    identities.map(({ id, issuer, subject }) => [id, issuer, subject]).toSorted(byFirst),
  ];
  const factors = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  return { factors, enrolled_at: factor?.confirmed_at ?? null };
}

/** Reads them as they are. */
export async function readFactors(db: ReadDb | WriteDb, userId: string): Promise<Factors> {
  return factorsOf(await readFactorSet(db, userId));
}

function byFirst([a = '']: string[], [b = '']: string[]): number {
  return a < b ? -1 : 1;
}

/** Whether they are what the row of the person says. */
export async function hasItsFactors(db: ReadDb | WriteDb, row: Factors & { id: string }): Promise<boolean> {
  return saysFactors(row, await readFactorSet(db, row.id));
}

export function saysFactors(row: Factors, set: FactorSet): boolean {
  const { factors, enrolled_at } = factorsOf(set);
  return factors === row.factors && enrolled_at === row.enrolled_at;
}
