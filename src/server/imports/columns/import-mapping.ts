import type { WriteDb } from '../../../db/open.ts';
import { foldText } from '../../../domain/fold.ts';
import type { Ctx } from '../../context.ts';
import { askedMapping } from './asked-mapping.ts';
import type { Assigned } from './column.ts';
import { namesIn } from './mapping-names.ts';

/** Stands for a column that was not mapped. */
const byName = '';

/**
 * How the columns of a file are read, as a mapping that says the same. A column that Keybook works out
 * gives nothing, and each of several that are joined gives what all of them do.
 */
export function mappingOf(header: readonly string[], { columns, leftOut }: Assigned): Record<string, string | null> {
  const fields = new Map<number, string | null>(leftOut.map((index) => [index, null]));
  for (const { index, field, parts = [] } of columns)
    for (const place of [index, ...parts]) fields.set(place, field.startsWith('computed.') ? null : field);
  const names = namesIn(header);
  const named = header.flatMap((name, index): [string, string | null][] => {
    const field = fields.get(index);
    return name === '' && !field ? [] : [[names[index] ?? '', field ?? null]];
  });
  return Object.fromEntries(named);
}

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
  const places = sortedPlaces(header);
  const print = fingerprint(ctx, header);
  const row = await ctx.db
    .selectFrom('import_mapping')
    .selectAll()
    .where('header', '=', print)
    .where('kind', '=', kind)
    .where('profile', '=', profile)
    .executeTakeFirst();
  const isAsked = row?.header === print && row.kind === kind && row.profile === profile;
  if (!row || !isAsked || row.seal !== sealOf(ctx, row)) return undefined;
  // Written below: one for each column, by their names.
  const fields = JSON.parse(row.fields) as (string | null)[];
  const names = namesIn(header);
  return new Map(
    places.flatMap((index, i): [string, string | null][] =>
      fields[i] === byName ? [] : [[names[index] ?? '', fields[i] ?? null]],
    ),
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
  const asked = askedMapping(header, mapping).fields;
  const fields = JSON.stringify(
    sortedPlaces(header).map((index) => {
      const field = asked.get(index);
      return field === undefined ? byName : field;
    }),
  );
  const row = { header: fingerprint(ctx, header), kind, profile, fields };
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

/** The places of columns with a name by their names; those of one name stay in their order. */
function sortedPlaces(header: readonly string[]): number[] {
  const places = [...header.keys()].filter((index) => header[index] !== '');
  return places.toSorted((a, b) => order(header[a] ?? '', header[b] ?? ''));
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function fingerprint({ app }: Ctx, header: readonly string[]): string {
  const names = sortedPlaces(header).map((index) => foldText(header[index] ?? ''));
  return app.vault.mac('import header', JSON.stringify(names));
}
