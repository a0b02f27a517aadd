import { type Kysely, sql } from 'kysely';
import { type Fragments, fragmentsFor } from '../fragments.ts';
import type { Step } from '../step.ts';

/** Where the texts of a field stand: table and column, by the parameter of each list. */
const columns: Record<string, Record<string, [table: string, column: string][]>> = {
  keys: {
    product: [['product', 'name']],
    code: [['key', 'code']],
    serialNumber: [['key', 'serial_number']],
    userName: [['assignment', 'user_name']],
    customer: [['customer', 'name']],
    termsOfUse: [
      ['key', 'terms_of_use'],
      ['license', 'terms_of_use'],
    ],
    remarks: [['key', 'remarks']],
  },
  assignments: {
    product: [['product', 'name']],
    equipment: [['equipment', 'name']],
    customer: [['customer', 'name']],
    userName: [['assignment', 'user_name']],
    remarks: [['assignment', 'remarks']],
  },
  equipment: {
    name: [['equipment', 'name']],
    serialNumber: [['equipment', 'serial_number']],
    assetTag: [['equipment', 'asset_tag']],
    code: [['equipment', 'code']],
    customer: [['customer', 'name']],
    type: [['equipment', 'type']],
    manufacturer: [['equipment', 'manufacturer']],
    model: [['equipment', 'model']],
    location: [['equipment', 'location']],
    remarks: [['equipment', 'remarks']],
  },
  licenses: {
    product: [['product', 'name']],
    customer: [['customer', 'name']],
    supplier: [['license', 'supplier']],
    orderNumber: [['license', 'order_number']],
    invoiceNumber: [['license', 'invoice_number']],
    costCenter: [['license', 'cost_center']],
    barcode: [['license', 'barcode']],
    termsOfUse: [['license', 'terms_of_use']],
    remarks: [['license', 'remarks']],
  },
  products: {
    name: [['product', 'name']],
    code: [['product', 'code']],
    manufacturer: [['product', 'manufacturer']],
    website: [['product', 'website']],
  },
  customers: {
    name: [['customer', 'name']],
    number: [['customer', 'number']],
    contact: [['customer', 'contact']],
  },
};

const recordOfList = new Map([
  ['keys', 'key'],
  ['equipment', 'equipment'],
  ['licenses', 'license'],
]);

/** So many commas in one filter are a list of values, whatever they are. */
const mostParts = 40;

// The tables as they stand at this step, whatever the program's types say of them later.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Db = Kysely<any>;

/**
 * Screens of 0.1.0 wrote a value with a comma or a backslash into the views they kept as if it were several. Rewritten
 * is what stands for such a value: a stretch of the text that is a value some record has in that field, where the text
 * as it was read until now names a value that none has. A view that finds what it names stays as it is.
 */
export async function rewriteFilterValues(db: Db, fragments: Fragments): Promise<void> {
  const views: { id: string; list: string; query: string }[] = await db
    .selectFrom('saved_view')
    .select(['id', 'list', 'query'])
    .execute();
  for (const { id, list, query } of views) {
    const parameters = new URLSearchParams(query);
    for (const [name, text] of [...parameters])
      if (/[,\\]/.test(text))
        parameters.set(name, await rewritten(text, (texts) => known(db, fragments, list, name, texts)));
    const after = parameters.toString();
    if (after === new URLSearchParams(query).toString()) continue;
    await db.updateTable('saved_view').set({ query: after, version: sql`version + 1` }).where('id', '=', id).execute();
  }
}

async function rewritten(text: string, find: (texts: string[]) => Promise<Set<string>>): Promise<string> {
  const parts = text.split(',');
  if (parts.length > mostParts) return text;
  const stretches = parts.flatMap((_, from) =>
    parts.slice(from).map((_, i) => parts.slice(from, from + i + 1).join(',')),
  );
  const asRead = readUntilNow(text);
  const found = await find([...new Set([...stretches, ...asRead])].filter((value) => value !== ''));
  if (asRead.every((value) => value === '' || found.has(value))) return text;
  const values: string[] = [];
  for (let from = 0; from < parts.length; ) {
    const lengths = Array.from({ length: parts.length - from }, (_, i) => parts.length - from - i);
    const length = lengths.find((count) => found.has(parts.slice(from, from + count).join(','))) ?? 1;
    values.push(parts.slice(from, from + length).join(','));
    from += length;
  }
  const isMended = values.some((value) => /[,\\]/.test(value) && found.has(value));
  return isMended ? values.map((value) => value.replaceAll(/[\\,]/g, '\\$&')).join(',') : text;
}

/** The values of a filter; `\,` is a comma and `\\` a backslash of one. */
function readUntilNow(text: string): string[] {
  const values: string[] = [''];
  for (const [mark] of text.matchAll(/\\[\\,]|[\s\S]/g)) {
    if (mark === ',') values.push('');
    else values.push((values.pop() ?? '') + (mark.length === 2 && mark.startsWith('\\') ? mark.slice(1) : mark));
  }
  return values;
}

/** Which of the texts some record has in that field; none where the field holds no free text. */
async function known(db: Db, fragments: Fragments, list: string, name: string, texts: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [table, column] of columns[list]?.[name] ?? []) {
    const rows = await db
      .selectFrom(table)
      .select(`${column} as value`)
      .distinct()
      .where(column, 'in', texts)
      .execute();
    for (const { value } of rows) found.add(value);
  }
  const attribute = /^attributes\.([a-z][A-Za-z0-9_]*)$/.exec(name)?.[1];
  const record = recordOfList.get(list);
  if (attribute === undefined || record === undefined) return found;
  const value = fragments.jsonText(`${record}.attributes`, attribute);
  const rows = await db.selectFrom(record).select(value.as('value')).distinct().where(value, 'in', texts).execute();
  for (const row of rows) if (row.value !== null) found.add(row.value);
  return found;
}

export const step: Step = (engine) => (db) => rewriteFilterValues(db, fragmentsFor(engine));
