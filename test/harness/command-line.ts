import { Readable } from 'node:stream';
import { run } from '../../src/cli/program.ts';
import type { Ended, Env } from './program.ts';

/** Those of the server's machine see the database, and are started as the processes they are. */
const noAdminCommands = { addAdminCommands: () => undefined, settingsHelp: () => '' };

let last: Promise<unknown> = Promise.resolve();

/**
 * Does in this process what a command that goes through the server does in one of its own, which takes ten times as long
 * to start as the command takes. One after the other: a process has one command line.
 */
export function commandLine(args: string[], env: Env, input = ''): Promise<Ended> {
  const ended = last.then(() => inItsPlace(args, env, input));
  last = ended.catch(() => undefined);
  return ended;
}

/** Everything a process is given and writes to stands in the place of this one's for as long as the command lasts. */
async function inItsPlace(args: string[], env: Env, input: string): Promise<Ended> {
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const writer = (name: keyof typeof written) => (chunk: string | Uint8Array) => {
    written[name].push(Buffer.from(chunk as string));
    return true;
  };
  const { argv, env: ownEnv } = process;
  const { write: toStdout } = process.stdout;
  const { write: toStderr } = process.stderr;
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  process.argv = [process.execPath, 'keybook', ...args];
  process.env = { PATH: ownEnv.PATH, HOME: ownEnv.HOME, ...env };
  process.stdout.write = writer('stdout');
  process.stderr.write = writer('stderr');
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(input)]) });
  try {
    const status = await run(noAdminCommands);
    const said = (name: keyof typeof written) => Buffer.concat(written[name]).toString('utf8');
    return { status, stdout: said('stdout'), stderr: said('stderr') };
  } finally {
    process.argv = argv;
    process.env = ownEnv;
    process.stdout.write = toStdout;
    process.stderr.write = toStderr;
    Object.defineProperty(process, 'stdin', stdin);
  }
}
