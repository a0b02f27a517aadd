import { type Database, reading, type WriteDb } from '../../db/open.ts';
import { newSigning } from '../audit/signing.ts';
import type { App } from '../context.ts';

/** The same application, with another clock, inside one transaction: all that its verbs do is kept, or nothing. */
export function withinTransaction(app: App, tx: WriteDb, clock: () => Date): App {
  const read = reading(tx);
  const database: Database = {
    engine: app.database.engine,
    fragments: app.database.fragments,
    read,
    admin: tx,
    transaction: (work) => work(tx),
    openSnapshot: async () => ({ db: read, close: async () => undefined }),
    close: async () => undefined,
    settle: app.database.settle,
    forget: app.database.forget,
    rewrite: app.database.rewrite,
    abandon: app.database.abandon,
  };
  // Nothing is committed yet: nobody is told of the log's growth, and nobody remembers it.
  return { ...app, database, clock, signing: newSigning(), onAppended: () => undefined };
}
