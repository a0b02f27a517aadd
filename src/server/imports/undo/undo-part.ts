import { reading, type WriteDb } from '../../../db/open.ts';
import { othersTurn } from '../../../db/others-turn.ts';
import { append } from '../../../domain/append.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { deleteMadeAssignment } from './delete-made-assignment.ts';
import { deleteMadeKeys } from './delete-made-keys.ts';
import { entriesOfImport, entriesWithContent, isOfImport, type ToldEntry, toldBy } from './imported-entries.ts';
import { deleteMade, putBack, type Undoing } from './undo-record.ts';
import type { UndoReport } from './undo-report.ts';

/**
 * What an undo goes through the entries of an import for, from the last one back, so that what others point to comes after
 * them; and last, for a key can be given a product and a customer that were made with that change.
 */
type Pass = 1 | 2;

const lastPass = ['product.created', 'customer.created'];
const entriesAtOnce = 1000;
const recordsAtOnce = 50;

type Place = { pass: Pass; from: number; next: number };

/**
 * Undoes what the next entries before `next` tell of an import, inside a change: every record whole. Answers the entries to be
 * recorded, the place from which it is undone now, and adds to the report.
 */
export async function undoPart(
  tx: WriteDb,
  ctx: Ctx,
  importId: string,
  { pass, from, next }: Place,
  report: UndoReport,
): Promise<{ audit: AuditDraft[]; next: number }> {
  const log = { db: reading(tx), app: ctx.app };
  const read = await entriesOfImport(log, importId, { from, before: next, most: entriesAtOnce });
  const entries = read.entries.filter(({ action }) => lastPass.includes(action) === (pass === 2));
  const made = entries.flatMap(({ action, keyId }) => (action === 'key.created' && keyId !== null ? keyId : []));
  const undoing: Undoing = { tx, ctx, importId, report, audit: [] };
  const isOfMadeKey = await keysMade(undoing, entries);
  if (made.length > 0) append(undoing.audit, await deleteMadeKeys(tx, ctx, importId, made, report));
  const turn = othersTurn(recordsAtOnce);
  for (const entry of entries) {
    await turn();
    if (entry.keyId === null || !isOfMadeKey.has(entry.keyId)) await undoOne(undoing, entry);
  }
  return { audit: asUndone(undoing.audit, importId), next: read.from };
}

async function undoOne(undoing: Undoing, entry: ToldEntry): Promise<void> {
  const [, verb] = entry.action.split('.');
  if (entry.action === 'key.applied') await deleteMadeAssignment(undoing, entry);
  else if (verb === 'created') await deleteMade(undoing, entry);
  else if (verb === 'updated') await putBack(undoing, entry);
}

/** Those of the entries' keys that the import made: with them goes all that it did to them. */
async function keysMade({ tx, ctx, importId }: Undoing, entries: readonly ToldEntry[]): Promise<Set<string>> {
  const { app } = ctx;
  const { fragments } = app.database;
  const log = { db: reading(tx), app };
  const named = fragments.listOf([...new Set(entries.flatMap(({ keyId }) => keyId ?? []))]);
  const firsts = log.db
    .selectFrom('audit_entry as f')
    .select(({ fn }) => fn.min('f.idx').as('idx'))
    .where(fragments.isInList('f.key_id', named))
    .groupBy('f.key_id');
  const rows = await entriesWithContent(log.db)
    .where('e.idx', 'in', firsts)
    .where('e.action', '=', 'key.created')
    .execute();
  const own = (await toldBy(log, rows)).filter((entry) => isOfImport(entry, importId));
  return new Set(own.flatMap(({ keyId }) => keyId ?? []));
}

/** What every entry of an undo says beyond the usual. */
function asUndone(audit: readonly AuditDraft[], batch: string): AuditDraft[] {
  return audit.map((entry) =>
    'details' in entry ? { ...entry, details: { ...entry.details, undone: true, batch } } : entry,
  );
}
