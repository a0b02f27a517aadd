import type { AttributeDefinition } from '../../../domain/attributes.ts';
import {
  attributesOf,
  fileKindOf,
  type ImportKind,
  type ImportProfile,
  importFields,
  importKinds,
  sheetColumn,
} from '../../../domain/import-fields.ts';
import { inScope } from '../../../domain/permissions.ts';
import { definitionsFor } from '../../attributes/attribute-queries.ts';
import type { Ctx } from '../../context.ts';
import type { Assigned, ColumnRules, Profile } from '../columns/column.ts';
import { isOfBlocks } from '../columns/column-words.ts';
import { assignColumns, fieldsByName, knownName } from '../columns/columns.ts';
import { mappingOf, rememberedMapping } from '../columns/import-mapping.ts';
import { likeliestKind } from '../columns/likeliest-kind.ts';
import { profiles } from '../columns/profiles/profiles.ts';
import { type Sample, sampleOf } from '../columns/sample.ts';
import { withSheetColumn } from '../columns/sheet-column.ts';
import { shownHead } from '../columns/shown-head.ts';
import { survey } from '../columns/survey.ts';
import type { DateOrder } from '../read/date-order.ts';
import { filledDown } from '../read/filled-down.ts';
import { withHeadings } from '../read/headings.ts';
import { openTable, type Table, type TableRow } from '../read/read-table.ts';
import { withoutReasons } from '../rejected/rejected-file.ts';
import { fileUses } from './file-uses.ts';
import { readOnDifferent } from './on-different.ts';
import type { PlanRules } from './planned-row.ts';
import { type FoundTable, RefusedFile, type RowError } from './row-error.ts';
import type { RowValues } from './row-values.ts';
import { toldDefaults } from './told-defaults.ts';
import { readMayMake } from './what-is-made.ts';

export type FileRules = {
  /** The one that fits its columns best, where none is given. */
  kind?: ImportKind | undefined;
  profile?: ImportProfile | undefined;
  /** Column name → field name, or null to leave the column out; undefined for what was used the last time. */
  mapping: ReadonlyMap<string, string | null> | undefined;
  dates?: DateOrder | undefined;
  customerId?: string | undefined;
  productName?: string | undefined;
  /** Of a workbook, which sheet; found where none is named, as the line of the header is. */
  sheet?: string | undefined;
  headerRow?: number | undefined;
  /** What may be made besides, and what becomes of rows that differ, as a request says it. */
  create?: string | undefined;
  onDifferent?: string | undefined;
  /** `true` in a rehearsal, which tells besides what holds where no column says it. */
  dryRun?: string | undefined;
};

/** A file whose columns are known. */
export type FileHead = {
  kind: ImportKind;
  header: string[];
  /** The names of its sheets, where its rows are of several. */
  sheetNames: readonly string[];
  /** Where its table is. */
  found: FoundTable;
  /** Column name → field, null for one that is left out. */
  mapping: Record<string, string | null>;
  survey: () => Promise<OpenedFile>;
};

/** A file whose rows can be read, as often as need be. */
export type OpenedFile = {
  header: readonly string[];
  sheetNames: readonly string[];
  rowCount: number;
  /** As the survey weighs its rows. */
  weight: number;
  rules: PlanRules;
  /** What of the file is no row of its table, the first thousand, and how many there are. */
  told: RowError[];
  toldCount: number;
  /** How many rows say nothing of a field that has a column. */
  blanks: Record<string, number>;
  rows: () => AsyncIterable<RowValues>;
  /** The same rows as they stand in the file. */
  cells: () => AsyncIterable<TableRow>;
};

/** Reads the header of a file. Refuses (`RefusedFile`) what cannot be read at all and columns that fit nothing. */
export async function openFile(ctx: Ctx, bytes: Buffer, rules: FileRules): Promise<FileHead> {
  const profile = rules.profile && profiles[rules.profile];
  const definitions = await allDefinitions(ctx);
  const attributesBy = (kind: ImportKind): readonly AttributeDefinition[] => definitionsOf(definitions, kind);
  const asked = rules.mapping ?? new Map<string, string | null>();
  const kinds = rules.kind ? [fileKindOf(rules.kind, rules.profile)] : kindsOf(profile);
  const rulesOf = (kind: ImportKind) => ({ kind, profile, mapping: asked, attributes: attributesBy(kind) });
  const known = kinds.map((kind) => knownName(rulesOf(kind)));
  const isKnown = remembering((name) => known.some((knows) => knows(name)));
  const opened = await inBlocks(withoutReasons(await openTable(bytes, { ...rules, isKnown })));
  const kind = likeliestKind(opened.header, kinds, rulesOf);
  const table = await withCustomers(ctx, opened, rules, rulesOf(kind));
  const attributes = attributesBy(kind);
  const sample = await sampleOf(table);
  const found = foundIn(table, sample, rulesOf(kind));
  const isOwned = rules.customerId !== undefined;
  const columnsBy = (mapping: ReadonlyMap<string, string | null>): Assigned =>
    assignColumns(table.header, { kind, profile, mapping, attributes, sample, line: table.headerLine, isOwned });
  const { assigned, mapping } = await mappedColumns(
    ctx,
    table.header,
    { ...rules, kind: rules.kind ?? kind },
    columnsBy,
  ).catch((error) => {
    if (error instanceof RefusedFile) error.found = found;
    throw error;
  });
  const reading = {
    asked: rules.dates,
    fallback: profile?.dateOrder,
    customerOf: profile?.customerOf,
    isEscaped: profile?.isEscaped,
  };
  return {
    kind: rules.kind ?? kind,
    header: table.header,
    sheetNames: table.sheetNames,
    found,
    mapping,
    survey: async () => {
      const whole = filledDown(table, aboveIn(assigned));
      const { columns, told: toldOfColumns } = assigned;
      const { headerLine } = table;
      const ofFile = { kind, columns, sample, headerLine, customerId: rules.customerId };
      const defaults = rules.dryRun === 'true' ? await toldDefaults(ctx, ofFile) : [];
      const judged = { ...assigned, told: [...toldOfColumns, ...defaults] };
      const surveyed = await survey(whole, kind, judged, attributes, reading);
      const { rowCount, weight, read, told, toldCount, blanks } = surveyed;
      const rows = async function* () {
        for await (const row of whole.rows()) yield read(row);
      };
      const { productName, customerId } = rules;
      const customerName = await nameOfCustomer(ctx, customerId ?? ctx.settings.houseId);
      const isBySeat = kind === 'software' || (rules.profile === 'snipe-it' && kind === 'licenses');
      const uses = isBySeat ? await fileUses(rows(), kind) : undefined;
      const create = readMayMake(rules.create, kind);
      const onDifferent = readOnDifferent(rules.onDifferent, kind);
      const planRules = {
        kind,
        today: ctx.today,
        productName,
        customerId,
        customerName,
        mayNameProduct: mayNameProduct(assigned),
        definitions,
        uses,
        create,
        onDifferent,
      };
      const cells = () => whole.rows();
      const { header, sheetNames } = table;
      return { header, sheetNames, rowCount, weight, rules: planRules, told, toldCount, blanks, rows, cells };
    },
  };
}

function foundIn(table: Table, sample: Sample, rules: ColumnRules): FoundTable {
  const { headerLine: headerRow, sheets, header } = table;
  return { headerRow, sheets, head: shownHead(header, sample, rules) };
}

/** A list of several sheets has a customer a sheet, unless a column or the person says whose the rows are. */
async function withCustomers(ctx: Ctx, table: Table, rules: FileRules, columnRules: ColumnRules): Promise<Table> {
  const { kind } = columnRules;
  if (table.sheetNames.length === 0 || !('customer' in importFields[kind])) return table;
  if (rules.mapping?.has(sheetColumn)) return withSheetColumn(table);
  if (rules.customerId !== undefined) return table;
  const remembered = rules.mapping ?? (await rememberedMapping(ctx, table.header, { ...rules, kind }));
  const mapping = remembered ?? columnRules.mapping;
  const fields = fieldsByName(table.header, { ...columnRules, mapping });
  return owners.some((field) => fields.includes(field)) ? table : withSheetColumn(table);
}

const owners = ['customer', 'customerAbove', 'customerId'];

/** A table with what headings between its rows say. */
async function inBlocks(table: Table): Promise<Table> {
  return withHeadings(table, await sampleOf(table), isOfBlocks);
}

/** The columns in which a blank cell means what stands above it. */
function aboveIn({ columns }: Assigned): number[] {
  return columns.flatMap(({ field, index }) => (field === 'customerAbove' ? [index] : []));
}

/** The same, asked once for each name: a header is looked for, and then read. */
function remembering(knows: (name: string) => boolean): (name: string) => boolean {
  const asked = new Map<string, boolean>();
  return (name) => {
    const isKnown = asked.get(name) ?? knows(name);
    asked.set(name, isKnown);
    return isKnown;
  };
}

function definitionsOf(definitions: PlanRules['definitions'], kind: ImportKind): readonly AttributeDefinition[] {
  const recordType = attributesOf(kind);
  return recordType ? definitions[recordType] : [];
}

/** The kinds that a profile knows, or all. */
function kindsOf(profile: Profile | undefined): ImportKind[] {
  return importKinds.filter((kind) => profile === undefined || kind in profile.columns);
}

/** Its name, where the actor may know it; what is wrong with it is said by each row. */
async function nameOfCustomer(ctx: Ctx, id: string): Promise<string | undefined> {
  if (!inScope(ctx.scope, id)) return undefined;
  const row = await ctx.db.selectFrom('customer').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name;
}

async function allDefinitions(ctx: Ctx): Promise<PlanRules['definitions']> {
  return {
    key: await definitionsFor(ctx.db, 'key'),
    license: await definitionsFor(ctx.db, 'license'),
    equipment: await definitionsFor(ctx.db, 'equipment'),
  };
}

type ColumnsBy = (mapping: ReadonlyMap<string, string | null>) => Assigned;

/** By the mapping given, else by that of the last import of such a file, unless it no longer fits. */
async function mappedColumns(
  ctx: Ctx,
  header: string[],
  rules: FileRules & { kind: ImportKind },
  columnsBy: ColumnsBy,
) {
  const told = (assigned: Assigned) => ({ assigned, mapping: mappingOf(header, assigned) });
  if (rules.mapping) return told(columnsBy(rules.mapping));
  const remembered = await rememberedMapping(ctx, header, rules);
  if (!remembered) return told(columnsBy(new Map()));
  try {
    return told(columnsBy(remembered));
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    return told(columnsBy(new Map()));
  }
}

/** So many columns a fault names. */
const mostNamed = 10;

/** Where no column names the product, those of which nobody has said what they are. */
function mayNameProduct({ columns }: Assigned): string[] | undefined {
  if (columns.some(({ field }) => field === 'productName' || field === 'productId')) return undefined;
  return columns.flatMap(({ isOther, shown }) => (isOther ? [shown] : [])).slice(0, mostNamed);
}
