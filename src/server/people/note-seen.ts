import { databaseFault } from '../../db/faults.ts';
import type { WriteDb } from '../../db/open.ts';
import type { App } from '../context.ts';
import { asAppError } from '../http/problem.ts';

const notingMs = 200;

/**
 * Notes that somebody was seen. Who reads does not wait for it longer than a moment, such as for a lock of another
 * process, and goes on reading where nothing can be written, such as on a full disk.
 */
export async function noteSeen(app: App, work: (tx: WriteDb) => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, notingMs);
  });
  const noted = app.database.transaction(work).catch((error: unknown) => {
    const { kind } = databaseFault(error) ?? {};
    if (kind === 'full' || kind === 'busy' || kind === 'readonly') return;
    app.reportBug(error, { requestId: '', method: 'JOB', path: 'seen', code: asAppError(error).code });
  });
  await Promise.race([noted, enough]);
  clearTimeout(timer);
}
