import type { App } from '../../context.ts';

type Runs = { isStopping: boolean; under: Set<Promise<unknown>> };

/** The imports that go on in this process, by its application. */
const runs = new WeakMap<App, Runs>();

function runsOf(app: App): Runs {
  const known = runs.get(app) ?? { isStopping: false, under: new Set() };
  runs.set(app, known);
  return known;
}

/** Whether this server is about to end: an import then stops after the transaction it is in. */
export function isStopping(app: App): boolean {
  return runsOf(app).isStopping;
}

/** Runs an import that a stop of the server waits for, also when its request is answered already. */
export async function runUnderWatch<Result>(app: App, work: () => Promise<Result>): Promise<Result> {
  const { under } = runsOf(app);
  const done = work();
  under.add(done);
  try {
    return await done;
  } finally {
    under.delete(done);
  }
}

/** Has every import of this server stop after the transaction it is in, and waits for that. */
export async function stopImports(app: App): Promise<void> {
  const known = runsOf(app);
  known.isStopping = true;
  await Promise.allSettled(known.under);
}
