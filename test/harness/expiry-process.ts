import { type DatabaseLocation, openDatabase } from '../../src/db/open.ts';
import { openApp } from '../../src/server/app.ts';
import { readConfig } from '../../src/server/config.ts';
import { runExpiryJob } from '../../src/server/jobs/expiry.ts';
import { openLog } from '../../src/server/log.ts';

/** What the test tells this process: where the database is, what time it is, and at which entry to die, if at all. */
export type Orders = { location: DatabaseLocation; dataDir: string; now: string; dieAtEntry?: number };

// Run by a test as a process of its own: the expiry job of another server, which may die inside a transaction.
const orders = JSON.parse(process.argv[2] ?? '') as Orders; // written by the test, as the type says
const database = openDatabase(orders.location);
const app = await openApp({
  config: readConfig({ DATA_DIR: orders.dataDir }),
  database,
  log: openLog('silent'),
  clock: () => new Date(orders.now),
});
let entries = 0;
await runExpiryJob({
  ...app,
  // The log asks for 32 random bytes once an entry.
  randomBytes: (count) => {
    if (count === 32) entries += 1;
    if (entries === orders.dieAtEntry) process.kill(process.pid, 'SIGKILL');
    return app.randomBytes(count);
  },
});
await database.close();
