import type { WriteDb } from '../../../db/open.ts';
import { foldText } from '../../../domain/fold.ts';
import type { Ctx } from '../../context.ts';
import { plainName } from './column-words.ts';

/** Stands for a column that was not mapped. */
const byName = '';

/** What a mapping is remembered by, besides the header. */
type Asked = { kind: string; profile?: string | undefined };

/**
 * The mapping of the last finished import of the same columns, in any order, as the same kind. One that the server did not
 * write so is none: it could have license keys stored in clear.
 */
export async function rememberedMapping(
  ctx: Ctx,
  header: readonly string[],
  { kind, profile = '' }: Asked,
): Promise<Map<string, string | null> | undefined> {
  const names = sortedNames(header);
  const print = fingerprint(ctx, names);
  const row = await ctx.db
    .selectFrom('import_mapping')
    .selectAll()
    .where('header', '=', print)
    .where('kind', '=', kind)
    .where('profile', '=', profile)
    .executeTakeFirst();
  const isAsked = row?.header === print && row.kind === kind && row.profile === profile;
  if (!row || !isAsked || row.seal !== sealOf(ctx, row)) return undefined;
  // Written below: one for each name.
  const fields = JSON.parse(row.fields) as (string | null)[];
  return new Map(
    names.flatMap((name, i): [string, string | null][] => (fields[i] === byName ? [] : [[name, fields[i] ?? null]])),
  );
}

/**
 * Remembers which column gave which field. The names are not kept, only a keyed fingerprint of all of them: a file
 * without a header has license keys where the names should be.
 */
export async function rememberMapping(
  tx: WriteDb,
  ctx: Ctx,
  header: readonly string[],
  { kind, profile = '' }: Asked,
  mapping: ReadonlyMap<string, string | null>,
): Promise<void> {
  const names = sortedNames(header);
  const mapped = new Map([...mapping].map(([name, field]) => [plainName(name), field]));
  const fields = JSON.stringify(
    names.map((name) => {
      const field = mapped.get(plainName(name));
      return field === undefined ? byName : field;
    }),
  );
  const row = { header: fingerprint(ctx, names), kind, profile, fields };
  const written = { fields, seal: sealOf(ctx, row), updated_at: ctx.now() };
  await tx
    .insertInto('import_mapping')
    .values({ ...row, ...written })
    .onConflict((conflict) => conflict.columns(['header', 'kind', 'profile']).doUpdateSet(written))
    .execute();
}

type Sealed = { header: string; kind: string; profile: string; fields: string };

function sealOf({ app }: Ctx, { header, kind, profile, fields }: Sealed): string {
  return app.vault.sealRow('import_mapping', [header, kind, profile, fields]);
}

function sortedNames(header: readonly string[]): string[] {
  return header.filter((name) => name !== '').toSorted();
}

function fingerprint({ app }: Ctx, names: readonly string[]): string {
  return app.vault.mac('import header', JSON.stringify(names.map(foldText)));
}
