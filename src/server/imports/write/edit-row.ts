import { sql } from 'kysely';
import { reading, type WriteDb } from '../../../db/open.ts';
import { append } from '../../../domain/append.ts';
import { AppError, invalid } from '../../../domain/errors.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { isMask, parseLicenseKey } from '../../../domain/license-key.ts';
import { type AuditDraft, type Ctx, notFound } from '../../context.ts';
import { hashesOf, isSpelled } from '../../keys/find-by-text.ts';
import type { ChangeTx } from '../../seals/change-sealed.ts';
import { differencesOf } from '../plan/differences.ts';
import { type Editor, editorOf, type Present } from '../plan/editors.ts';
import type { Fields, PlannedRow } from '../plan/planned-row.ts';
import { atField, customerOf, type Outcome, type Writing } from './writing.ts';

/** How the records that rows name are changed, and what they are now. */
export type Editing = { editor: Editor; present: Map<string, Present> };

/** Reads the records that rows name by their ids, as far as the actor sees them; undefined where no row names one. */
export async function prepareEdits(
  tx: WriteDb,
  ctx: Ctx,
  kind: ImportKind,
  rows: readonly PlannedRow[],
): Promise<Editing | undefined> {
  const ids = rows.flatMap(({ edit }) => edit?.id ?? []);
  const editor = editorOf(kind);
  if (ids.length === 0 || !editor) return undefined;
  return { editor, present: await editor.find({ ...ctx, db: reading(tx) }, ids) };
}

/**
 * Changes exactly what the row says otherwise than the record's list, by the record's own verb. Refused: a record that
 * is missing or not visible, and a changed cell where the record has another version by now.
 */
export async function editRow(
  writing: Writing,
  { id, version, values }: NonNullable<PlannedRow['edit']>,
): Promise<Outcome> {
  const { edits } = writing;
  const present = edits?.present.get(id);
  if (!edits || !present) throw atField('/id', notFound(edits?.editor.record ?? 'record'));
  const isCurrent = version === present.version;
  const { patch, changes, faults } = differencesOf(present, values, edits.editor.needed);
  if (changes.length > 0 && !isCurrent) throw staleRow(version, present.version);
  // Where the record has changed since, what Keybook works out may have as well.
  if (faults.length > 0 && (isCurrent || changes.length > 0)) throw invalid(faults);
  await requireSameText(writing, id, values.licenseKeys);
  if (changes.length === 0) return { outcome: 'same', id };
  const audit = await runVerb(writing, present.version, async (ctx) =>
    edits.editor.update(ctx, id, await withCustomer(writing, values.line, patch)),
  );
  append(writing.audit, audit);
  writing.made.add(id);
  return audit.length === 0 ? { outcome: 'same', id } : { outcome: 'changed', id, changes };
}

function staleRow(version: number | undefined, current: number): AppError {
  if (version === undefined)
    return invalid({
      pointer: '/version',
      code: 'version_needed',
      detail: 'A row that changes a record needs its Version. Export the list again and change that file.',
    });
  const detail = `Somebody changed this record meanwhile: the file has version ${version}, it is now ${current}. Export it again, then repeat your change.`;
  return new AppError('stale', detail, [{ pointer: '/version', code: 'stale', detail }]);
}

/** The text of a key cannot be changed (K5): where the file has it, it must be the key's own, or for a license file what an export says in its place. */
async function requireSameText({ tx, ctx, rules, told }: Writing, id: string, texts: string[]): Promise<void> {
  const [only] = texts;
  if (only === undefined || rules.kind === 'licenses') return;
  const column = rules.kind === 'assignments' ? 'a.id' : 'k.id';
  const row = await tx
    .selectFrom('key as k')
    .leftJoin('assignment as a', 'a.key_id', 'k.id')
    .select(['k.id', 'k.cipher', 'k.delivery', 'k.mask', 'k.customer_id'])
    .where(column, '=', id)
    .executeTakeFirst();
  if (texts.length === 1 && row?.delivery === 'file' && isMask(only) && only.endsWith(row.mask)) return;
  if (texts.length === 1 && row?.delivery === 'key' && isSpelled(ctx, row, hashesOf(ctx, parseLicenseKey(only)).hl)) {
    told.set(row.id, { id: row.id, customerId: row.customer_id, isVisible: true });
    return;
  }
  const detail = 'A license key cannot be changed. Put the old one back, or leave the column out.';
  throw invalid({ pointer: '/licenseKey', code: 'not_changeable', detail });
}

/** The owner by id, found by name or made, as for a new record. */
export async function withCustomer(writing: Writing, line: number, { customer, ...patch }: Fields): Promise<Fields> {
  if (typeof customer !== 'string' || patch.customerId !== undefined) return patch;
  return { ...patch, customerId: await customerOf(writing, { line, owner: { customer } }) };
}

/**
 * Runs a verb inside the import's own transaction: its change becomes a savepoint, undone alone where the verb refuses
 * or finds nothing to change. Answers the entries it would have recorded.
 */
export async function runVerb(
  { tx, ctx }: Pick<Writing, 'tx' | 'ctx'>,
  version: number | undefined,
  verb: (ctx: Ctx) => Promise<unknown>,
): Promise<AuditDraft[]> {
  const drafts: AuditDraft[] = [];
  const within: Ctx = {
    ...{ ...ctx, db: reading(tx) },
    ifMatch: version,
    idempotency: undefined,
    change: async (work) => {
      // No verb of an import writes a sealed row; one that did would be sealed with the import, or refused by itself.
      const { result, audit } = await inSavepoint(tx, () => work(tx as ChangeTx));
      append(drafts, [audit].flat());
      return result;
    },
  };
  await verb(within);
  return drafts;
}

async function inSavepoint<Result>(tx: WriteDb, work: () => Promise<Result>): Promise<Result> {
  await sql`savepoint one_row`.execute(tx);
  try {
    const result = await work();
    await sql`release savepoint one_row`.execute(tx);
    return result;
  } catch (error) {
    await sql`rollback to savepoint one_row`.execute(tx);
    await sql`release savepoint one_row`.execute(tx);
    throw error;
  }
}
