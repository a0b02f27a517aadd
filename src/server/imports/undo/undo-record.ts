import { type SqlBool, sql } from 'kysely';
import { reading, type WriteDb } from '../../../db/open.ts';
import { append } from '../../../domain/append.ts';
import type { AuditAction } from '../../../domain/audit/actions.ts';
import { AppError } from '../../../domain/errors.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { deleteCustomer } from '../../customers/delete-customer.ts';
import { deleteEquipment } from '../../equipment/delete-equipment.ts';
import { deleteLicense } from '../../licenses/delete-license.ts';
import { deleteProduct } from '../../products/delete-product.ts';
import { BrokenSeal } from '../../seals/seal.ts';
import { editorOf } from '../plan/editors.ts';
import { runVerb } from '../write/edit-row.ts';
import { entriesWithContent, isOfImport, type ToldEntry, toldBy } from './imported-entries.ts';
import { noteDeleted, noteLeft, type UndoneRecord, type UndoReport } from './undo-report.ts';

/** The undo of some entries, inside one transaction. */
export type Undoing = { tx: WriteDb; ctx: Ctx; importId: string; report: UndoReport; audit: AuditDraft[] };

type Delete = (ctx: Ctx, input: { params: { id: string } }) => Promise<unknown>;

const deletes: Partial<Record<UndoneRecord, Delete>> = {
  license: deleteLicense,
  equipment: deleteEquipment,
  product: deleteProduct,
  customer: deleteCustomer,
};

const kinds: Record<UndoneRecord, ImportKind> = {
  key: 'keys',
  assignment: 'assignments',
  license: 'licenses',
  equipment: 'equipment',
  product: 'products',
  customer: 'customers',
};

type Named = { record: UndoneRecord; id: string };

/** The record an entry is about, where it is one that imports make or change. */
function recordOf({ subject }: ToldEntry): Named | undefined {
  const at = subject.indexOf(':');
  const record = subject.slice(0, at);
  return Object.hasOwn(kinds, record) ? { record: record as UndoneRecord, id: subject.slice(at + 1) } : undefined;
}

/** A record is new in its first version: whoever changed it since has made it their own. */
const madeVersion = 1;

/** Deletes what an import made by its own verb, unless it was changed since or others point to it. */
export async function deleteMade(undoing: Undoing, entry: ToldEntry): Promise<void> {
  const named = recordOf(entry);
  const verb = named && deletes[named.record];
  if (!named || !verb) return;
  const { record, id } = named;
  if (!(await isThere(undoing, named))) return;
  if (await isChangedSince(undoing, named, entry)) return;
  const drafts = await orLeft(undoing, named, () =>
    runVerb(undoing, madeVersion, (ctx) => verb(ctx, { params: { id } })),
  );
  if (!drafts) return;
  append(undoing.audit, drafts);
  noteDeleted(undoing.report, record);
}

async function isThere({ tx }: Undoing, { record, id }: Named): Promise<boolean> {
  return (await tx.selectFrom(record).select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

/** Gives a record back the values that an entry says it had, by its own verb, unless it was changed since. */
export async function putBack(undoing: Undoing, entry: ToldEntry): Promise<void> {
  const named = recordOf(entry);
  const editor = named && editorOf(kinds[named.record]);
  if (!named || !editor || entry.details === undefined) return;
  if (!(await isThere(undoing, named))) return;
  if (await isChangedSince(undoing, named, entry)) return;
  const patch = patchOf(entry.details);
  const drafts = await orLeft(undoing, named, () =>
    runVerb(undoing, undefined, (ctx) => editor.update(ctx, named.id, patch)),
  );
  if (!drafts || drafts.length === 0) return;
  append(undoing.audit, drafts);
  undoing.report.putBack += 1;
}

/** Whether the log tells of a later change, which leaves the record: no seal covers the version of its row. */
async function isChangedSince(undoing: Undoing, named: Named, entry: ToldEntry): Promise<boolean> {
  if (!(await wasChangedSince(undoing, named, entry))) return false;
  noteLeft(undoing.report, { ...named, code: 'changed_since' });
  return true;
}

/** Fields as a PATCH takes them; the name of a product stands beside its id. */
function patchOf({ changes }: Record<string, unknown>): Record<string, unknown> {
  // Written by changesBetween: by field, old and new.
  const { product: _, ...said } = (changes ?? {}) as Record<string, { old: unknown }>;
  const old = Object.entries(said).map(([field, change]) => [field, change.old] as const);
  const isAttribute = ([field]: readonly [string, unknown]): boolean => field.startsWith('attributes.');
  const attributes = old.filter(isAttribute).map(([field, value]) => [field.slice('attributes.'.length), value]);
  return {
    ...Object.fromEntries(old.filter((one) => !isAttribute(one))),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  };
}

/** What changes the fields of a record, or takes it away. */
const changing: Record<UndoneRecord, readonly AuditAction[]> = {
  key: ['key.updated', 'key.renewed', 'key.revoked', 'key.reinstated', 'key.replaced', 'key.deleted'],
  assignment: ['assignment.updated', 'assignment.deleted', 'key.removed'],
  license: ['license.updated', 'license.deleted'],
  equipment: ['equipment.updated', 'equipment.deleted'],
  product: ['product.updated', 'product.deleted'],
  customer: ['customer.updated', 'customer.deleted'],
};
const mostRead = 50;

/** Whether later entries, but those of the import and of its undo, changed the record. */
export async function wasChangedSince(
  { tx, ctx, importId }: Pick<Undoing, 'tx' | 'ctx' | 'importId'>,
  { record, id }: Named,
  entry: ToldEntry,
): Promise<boolean> {
  const { app } = ctx;
  const log = { db: reading(tx), app };
  const { subject } = entry;
  // The entry of a removal is about the key, and names the assignment in its content.
  const ofRemoval = record === 'assignment' ? app.database.fragments.holds(sql.ref('p.body'), id) : sql`false`;
  const rows = await entriesWithContent(log.db)
    .where('e.idx', '>', entry.idx)
    .where('e.action', 'in', changing[record])
    .where(aboutSame(entry))
    .where(sql<SqlBool>`(e.subject = ${subject} or ${ofRemoval})`)
    .orderBy('e.idx')
    .limit(mostRead)
    .execute();
  return (await toldBy(log, rows)).some((other) => !isOfImport(other, importId));
}

/** As an index finds them. */
function aboutSame({ keyId, equipmentId, subject }: ToldEntry) {
  if (keyId !== null) return sql<SqlBool>`e.key_id = ${keyId}`;
  if (equipmentId !== null) return sql<SqlBool>`e.equipment_id = ${equipmentId}`;
  return sql<SqlBool>`(e.subject = ${subject} and e.key_id is null and e.equipment_id is null)`;
}

/** Undefined where the record is left, which the report then names. */
async function orLeft(
  { report }: Undoing,
  named: Named,
  work: () => Promise<AuditDraft[]>,
): Promise<AuditDraft[] | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BrokenSeal) && !(error instanceof AppError)) throw error;
    noteLeft(report, { ...named, code: error instanceof BrokenSeal ? 'not_as_logged' : codeOf(error) });
    return undefined;
  }
}

function codeOf({ code, errors }: AppError): string {
  if (code === 'stale') return 'changed_since';
  if (code === 'in_use') return 'still_in_use';
  return code === 'invalid' ? (errors[0]?.code ?? code) : code;
}
