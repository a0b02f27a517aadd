import { AppError } from '../../../domain/errors.ts';
import type { Ctx } from '../../context.ts';
import { Ended, endImport } from '../plan/import-row.ts';
import { stopUndo } from '../undo/undo-row.ts';
import { readImport } from './import-queries.ts';

/** Stops an import, or its undo, between two of its transactions: what is done stays. Refused where neither is running. */
export async function cancelImport(ctx: Ctx, { params: { id } }: { params: { id: string } }): Promise<{ id: string }> {
  await readImport(ctx, id);
  try {
    return await ctx.change(async (tx) => {
      // Waits for the part that is being written, and is what the next one finds.
      await tx
        .updateTable('import')
        .set((eb) => ({ status: eb.ref('status') }))
        .where('id', '=', id)
        .execute();
      const { name } = ctx.actor;
      const cause = { code: 'cancelled', detail: `Stopped by ${name}.`, params: { name } };
      const audit =
        (await endImport(tx, ctx, id, { status: 'stopped', cause })) ?? (await stopUndo(tx, ctx.app, id, cause));
      if (!audit) throw new Ended();
      return { result: { id }, audit };
    });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    throw new AppError('import_not_running', 'This import is not running any more: read what came of it.');
  }
}
