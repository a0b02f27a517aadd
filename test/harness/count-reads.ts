import type { KyselyPlugin } from 'kysely';
import type { World } from './world.ts';

export type Reads = { statements: number; rows: number };

/** Statements of writing transactions, and the rows they answer, while `work` runs. */
export async function countReads({ app }: World, work: () => Promise<unknown>): Promise<Reads> {
  const reads: Reads = { statements: 0, rows: 0 };
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      reads.statements += 1;
      reads.rows += result.rows.length;
      return result;
    },
  };
  const { transaction } = app.database;
  app.database.transaction = (inside) => transaction((tx) => inside(tx.withPlugin(counting)));
  try {
    await work();
  } finally {
    app.database.transaction = transaction;
  }
  return reads;
}
