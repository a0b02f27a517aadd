import type { App } from './context.ts';
import { asAppError } from './http/problem.ts';

/**
 * Starts work that nobody waits for. The only place where that is done: what fails in it is reported, since a rejection
 * that nobody takes would end the process.
 */
export function inBackground(app: App, name: string, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    app.reportBug(error, { requestId: '', method: 'JOB', path: name, code: asAppError(error).code });
  });
}
