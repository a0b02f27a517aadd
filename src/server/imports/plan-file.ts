import type { RecordType } from '../../domain/attributes.ts';
import { definitionsFor } from '../attributes/attribute-queries.ts';
import type { ReadCtx } from '../context.ts';
import { assignColumns, type ImportKind, type Profile } from './columns.ts';
import { planRows } from './plan-rows.ts';
import type { PlannedRow } from './planned-row.ts';
import { snipeIt } from './profiles/snipe-it.ts';
import { readCsv } from './read-csv.ts';
import type { RowError } from './row-error.ts';
import { readValues } from './row-values.ts';
import type { DateOrder } from './values.ts';

export type FileRules = {
  kind: ImportKind;
  profile?: 'snipe-it' | undefined;
  /** Column name → field name, or null to leave the column out. */
  mapping: ReadonlyMap<string, string | null>;
  dates?: DateOrder | undefined;
  customerId?: string | undefined;
  productName?: string | undefined;
};

export type FilePlan = { rows: PlannedRow[]; warnings: RowError[]; customerId: string | undefined };

const profiles: Record<'snipe-it', Profile> = { 'snipe-it': snipeIt };
const recordTypes: Record<ImportKind, RecordType> = { keys: 'key', licenses: 'license', equipment: 'equipment' };

/** Reads a file and judges every row, as far as that needs no other record. Refuses (`RefusedFile`) what is wrong. */
export async function planFile(ctx: ReadCtx, bytes: Buffer, rules: FileRules): Promise<FilePlan> {
  const { header, rows } = await readCsv(bytes);
  const profile = rules.profile && profiles[rules.profile];
  const kind = profile?.kinds[rules.kind] ?? rules.kind;
  const definitions = {
    key: await definitionsFor(ctx.db, 'key'),
    license: await definitionsFor(ctx.db, 'license'),
    equipment: await definitionsFor(ctx.db, 'equipment'),
  };
  const attributes = definitions[recordTypes[kind]];
  const columns = assignColumns(header, { kind, profile, mapping: rules.mapping, attributes });
  const dates = { asked: rules.dates, fallback: profile?.dateOrder };
  const values = readValues(rows, kind, columns, attributes, dates);
  const { customerId, productName } = rules;
  return { ...planRows(values, { kind, today: ctx.today, productName, customerId, definitions }), customerId };
}
