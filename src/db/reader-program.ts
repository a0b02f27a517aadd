// A process that reads the embedded file for the server, one statement at a time; `long-reads.ts` starts and ends it.
import { connect, type Prepare, preparing } from './sqlite-connect.ts';

/** What it is asked. */
export type Asked = { sql: string; parameters: readonly unknown[] };
/** What it answers: the names of the columns and the rows without them, or what SQLite threw. */
export type Answered = { columns: string[]; rows: unknown[][] } | { code: string | undefined; message: string };

let prepare: Prepare | undefined;

process.on('message', (asked: Asked) => process.send?.(answer(asked)));
// It ends with the server, or by its hand: a signal that is meant for all of a terminal or service ends neither first.
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

function answer({ sql, parameters }: Asked): Answered {
  try {
    prepare ??= preparing(connect(process.argv[2] ?? '', true));
    const statement = prepare(sql).raw();
    // The statement answers arrays, as was just said.
    const rows = statement.all(...parameters) as unknown[][];
    return { columns: statement.columns().map(({ name }) => name), rows };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    return { code, message: error instanceof Error ? error.message : String(error) };
  }
}
