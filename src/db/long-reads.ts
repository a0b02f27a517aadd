import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppError } from '../domain/errors.ts';
import { tookTooLong, type Wait } from './patience.ts';
import type { Answered, Asked } from './reader-program.ts';

type Rows = Record<string, unknown>[];
type Job = Asked & Wait & PromiseWithResolvers<Rows | undefined>;
/** `timer` ends it: with a job when its time is over, else when nobody has needed it for long. */
type Reader = { child: ChildProcess; job?: Job | undefined; isStarted?: true; isEnding?: true; timer?: NodeJS.Timeout };

const program = fileURLToPath(new URL('reader-program.ts', import.meta.url));
const mostReaders = 2;
/** A reader that nobody has needed for so long is ended: it takes some fifty megabytes. */
const idleMs = 60_000;

/**
 * Up to two processes that read an embedded file beside this one, started when there is something to read. They are
 * processes and no threads, because SQLite cannot be stopped within a statement: a process can, at any moment, while a
 * thread would hold up even the end of this one. Of those who wait, whoever has nothing running goes first.
 */
export class LongReads {
  readonly #file: string;
  readonly #readers = new Set<Reader>();
  readonly #waiting: Job[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * The rows of a statement. It is ended when its time is over, which begins when it is run, or whoever asked has gone.
   * Undefined where the system starts no process: then it is better read here than by nobody.
   */
  async read({ sql, parameters }: Asked, wait: Wait): Promise<Rows | undefined> {
    const { asker } = wait;
    const signal = asker?.request.signal;
    if (signal?.aborted) throw asker?.gone();
    const job: Job = { sql, parameters, ...wait, ...Promise.withResolvers<Rows | undefined>() };
    const leave = () => this.#leave(job);
    signal?.addEventListener('abort', leave);
    this.#waiting.push(job);
    this.#next();
    try {
      return await job.promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** Ends all of them, with what they read. What is read next starts anew. */
  async end(): Promise<void> {
    for (const job of this.#waiting.splice(0)) job.reject(brokenOff());
    await Promise.all([...this.#readers].map((reader) => this.#kill(reader, brokenOff())));
  }

  #next(): void {
    const readers = [...this.#readers].filter(({ isEnding }) => !isEnding);
    const free = readers.find(({ job }) => job === undefined);
    if (!free && readers.length >= mostReaders) return;
    const served = new Set(readers.map(({ job }) => job?.asker?.id));
    const job = this.#waiting.find(({ asker }) => !served.has(asker?.id)) ?? this.#waiting[0];
    if (!job) return;
    this.#waiting.splice(this.#waiting.indexOf(job), 1);
    this.#run(free ?? this.#start(), job);
  }

  #start(): Reader {
    // What it is made of is compiled already where this process keeps that.
    const compiled = getCompileCacheDir();
    const child = fork(program, [this.#file], {
      env: { ...process.env, ...(compiled !== undefined && { NODE_COMPILE_CACHE: compiled }) },
      execArgv: ['--max-semi-space-size=4'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const reader: Reader = { child };
    this.#readers.add(reader);
    child.unref();
    const gone = () => {
      this.#readers.delete(reader);
      clearTimeout(reader.timer);
      if (reader.isStarted || reader.isEnding) reader.job?.reject(brokenOff());
      else reader.job?.resolve(undefined);
      this.#next();
    };
    child.once('exit', gone).once('error', gone);
    return reader;
  }

  #run(reader: Reader, job: Job): void {
    clearTimeout(reader.timer);
    reader.job = job;
    // Whoever waits for it keeps this process, as for any read.
    reader.child.channel?.ref();
    reader.timer = setTimeout(() => this.#kill(reader, tookTooLong(job.ms)), job.ms);
    reader.child.once('message', (answer) => {
      reader.isStarted = true;
      this.#rest(reader);
      // Its program says no other thing.
      settle(job, answer as Answered);
      this.#next();
    });
    const { sql, parameters } = job;
    // Without a channel it has not started, and says so next.
    if (reader.child.channel) reader.child.send({ sql, parameters } satisfies Asked, () => undefined);
  }

  #rest(reader: Reader): void {
    clearTimeout(reader.timer);
    reader.job = undefined;
    reader.child.channel?.unref();
    reader.timer = setTimeout(() => this.#kill(reader), idleMs).unref();
  }

  #leave(job: Job): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.reject(job.asker?.gone());
    const reader = [...this.#readers].find((one) => one.job === job);
    if (reader) this.#kill(reader);
  }

  async #kill(reader: Reader, why?: Error): Promise<void> {
    reader.isEnding = true;
    if (why) reader.job?.reject(why);
    const { child } = reader;
    const exited = child.exitCode === null && child.signalCode === null && once(child, 'exit');
    child.kill('SIGKILL');
    // Whoever awaits its end is kept until then.
    child.ref();
    this.#next();
    await exited;
  }
}

function brokenOff(): AppError {
  return new AppError('busy', 'Reading this was broken off. Try again in a moment; nothing was saved.');
}

function settle({ resolve, reject }: Job, answer: Answered): void {
  if ('rows' in answer)
    resolve(answer.rows.map((row) => Object.fromEntries(answer.columns.map((name, i) => [name, row[i]]))));
  else reject(Object.assign(new Error(answer.message), { name: 'SqliteError', code: answer.code }));
}
