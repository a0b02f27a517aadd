import { type ImportKind, importFields } from '../../../domain/import-fields.ts';
import { inScope } from '../../../domain/permissions.ts';
import type { Ctx } from '../../context.ts';
import type { Assigned } from '../columns/column.ts';
import { type Sample, textsIn } from '../columns/sample.ts';
import { readKeyCell } from './key-cell.ts';
import type { RowError } from './row-error.ts';

type File = {
  kind: ImportKind;
  columns: Assigned['columns'];
  sample: Sample;
  headerLine: number;
  customerId: string | undefined;
};

/**
 * What holds for all rows of a file because no column says it, told once: that its license keys do not end, and that all is the
 * organisation's own where there are customers. Both are for whoever rehearses it to choose; a file of our own means what it leaves
 * out.
 */
export async function toldDefaults(
  ctx: Ctx,
  { kind, columns, sample, headerLine, customerId }: File,
): Promise<RowError[]> {
  const given = new Set(columns.map(({ field }) => field));
  if (given.has('id')) return [];
  const at = { line: headerLine, column: null };
  const says = (...fields: string[]): boolean => fields.some((field) => given.has(field));
  const hasKeys = columns.some(({ field, index }) => field === 'licenseKey' && textsIn(sample, index).some(isKey));
  const isEndless = hasKeys && kind !== 'assignments' && !says('keyType', 'end', 'validityEnd');
  const isOwnable = customerId === undefined && isOwned(kind) && !says('customer', 'customerAbove', 'customerId');
  return [
    ...(isEndless ? [{ ...at, ...typeUnsaid }] : []),
    ...(isOwnable && (await hasCustomers(ctx)) ? [{ ...at, ...customerUnsaid }] : []),
  ];
}

function isKey(text: string): boolean {
  const { keys, block } = readKeyCell(text);
  return keys.length > 0 || block !== undefined;
}

const typeUnsaid = {
  code: 'type_unsaid',
  detail: 'No column says when the license keys end or of what type they are: all of them come in as permanent.',
};
const customerUnsaid = {
  code: 'customer_unsaid',
  detail:
    'No column names a customer: all of this comes in as belonging to the organisation itself. If it is of a customer, choose that one for the file, or add a column.',
};

/** Whether what the rows make belongs to somebody. */
function isOwned(kind: ImportKind): boolean {
  return kind !== 'assignments' && 'customer' in importFields[kind];
}

/** Whether there is anybody else it could belong to, among those that the actor sees. */
async function hasCustomers({ db, scope, settings }: Ctx): Promise<boolean> {
  const { houseId } = settings;
  // What is nobody's is refused to who does not see the organisation itself.
  if (!inScope(scope, houseId)) return false;
  if (scope !== 'all') return scope.some((id) => id !== houseId);
  const other = await db.selectFrom('customer').select('id').where('id', '!=', houseId).limit(1).executeTakeFirst();
  return other !== undefined;
}
