import type { Kysely } from 'kysely';
import type { Step } from '../step.ts';
import type { Tables } from '../tables.ts';

type Fault = { line: number; column: string | null; code: string; params?: Record<string, string | number> };

/**
 * Reports of imports named people, units and masks of keys in the sentences of their faults, and columns as the file did:
 * there they outlived the records. Of faults stay line, number of the column, code and numbers.
 */
export const step: Step = () => (db) => {
  // The table is there since the first step, with these columns.
  return forgetFaultTexts(db as Kysely<Pick<Tables, 'import'>>);
};

async function forgetFaultTexts(db: Kysely<Pick<Tables, 'import'>>): Promise<void> {
  const ids = await db.selectFrom('import').select('id').execute();
  for (const { id } of ids) {
    const { report } = await db.selectFrom('import').select('report').where('id', '=', id).executeTakeFirstOrThrow();
    // Written by the server: errors and warnings are lists of faults, where they are there.
    const read = JSON.parse(report) as { errors?: Fault[]; warnings?: Fault[] };
    const { errors = [], warnings = [] } = read;
    if (errors.length + warnings.length === 0) continue;
    const kept = JSON.stringify({ ...read, errors: errors.map(withoutTexts), warnings: warnings.map(withoutTexts) });
    await db.updateTable('import').set({ report: kept }).where('id', '=', id).execute();
  }
}

function withoutTexts({ line, column, code, params = {} }: Fault): Fault {
  const kept = Object.entries(params).map(([name, value]) => [
    name,
    name === 'field' || typeof value === 'number' ? value : '…',
  ]);
  return {
    line,
    column: column !== null && /^\d+$/.test(column) ? column : null,
    code,
    ...(kept.length > 0 && { params: Object.fromEntries(kept) }),
  };
}
