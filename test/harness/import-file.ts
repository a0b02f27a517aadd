import type { AttributeDefinition } from '../../src/domain/attributes.ts';
import { fileKindOf, type ImportKind } from '../../src/domain/import-fields.ts';
import { assignColumns, knownName } from '../../src/server/imports/columns/columns.ts';
import { profiles } from '../../src/server/imports/columns/profiles/profiles.ts';
import { sampleOf } from '../../src/server/imports/columns/sample.ts';
import { survey } from '../../src/server/imports/columns/survey.ts';
import { RefusedFile, type RowError } from '../../src/server/imports/plan/row-error.ts';
import type { RowValues } from '../../src/server/imports/plan/row-values.ts';
import type { DateOrder } from '../../src/server/imports/read/date-order.ts';
import { openTable, type TableRow } from '../../src/server/imports/read/read-table.ts';

type Options = {
  kind?: ImportKind;
  profile?: keyof typeof profiles;
  mapping?: Record<string, string | null>;
  dates?: DateOrder;
  attributes?: AttributeDefinition[];
};

/** The header and all rows of a file. */
export async function tableOf(content: string | Buffer): Promise<{ header: string[]; rows: TableRow[] }> {
  const { header, rows } = await openTable(Buffer.from(content));
  return { header, rows: await listed(rows()) };
}

/** What each row of a file gives, from its bytes on, as an import reads it. */
export async function valuesOf(content: string | Buffer, options: Options = {}): Promise<RowValues[]> {
  const profile = options.profile && profiles[options.profile];
  const asked = options.kind ?? 'keys';
  const kind = fileKindOf(asked, options.profile);
  const attributes = options.attributes ?? [];
  const mapping = new Map(Object.entries(options.mapping ?? {}));
  const isKnown = knownName({ kind, profile, mapping, attributes });
  const table = await openTable(Buffer.from(content), { isKnown });
  const sample = await sampleOf(table);
  const columns = assignColumns(table.header, { kind, profile, mapping, attributes, sample });
  const rules = {
    asked: options.dates,
    fallback: profile?.dateOrder,
    customerOf: profile?.customerOf,
    isEscaped: profile?.isEscaped,
  };
  const { read, rowCount } = await survey(table, kind, columns, attributes, rules);
  const rows = (await listed(table.rows())).map(read);
  if (rows.length !== rowCount) throw new Error(`the survey counted ${rowCount} rows, there are ${rows.length}`);
  return rows;
}

async function listed(rows: AsyncIterable<TableRow>): Promise<TableRow[]> {
  const list: TableRow[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

/** The faults a file is refused for; none where it is read. */
export async function faultsOf(reading: Promise<unknown>): Promise<RowError[]> {
  try {
    await reading;
    return [];
  } catch (error) {
    if (error instanceof RefusedFile) return error.errors;
    throw error;
  }
}
