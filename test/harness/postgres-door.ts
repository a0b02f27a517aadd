import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

type Started = { url(database: string): string; stop(): Promise<void> };
type Answer = { url: string } | { fault: string };

/** Where the test files of a run ask for its PostgreSQL. */
export type Door = {
  /** The socket that answers; for `askDoor`. */
  path: string;
  /** Ends what was started, if anything was. */
  close(): Promise<void>;
};

/**
 * Opens a door of this run alone, a Unix socket. The first test file that asks has PostgreSQL started by this process, which
 * also ends it; the others, asking meanwhile or later, are told of the same one. A run in which nobody asks starts none.
 */
export async function openDoor(start: () => Promise<Started>): Promise<Door> {
  const folder = await mkdtemp(join(tmpdir(), 'keybook-door-'));
  const path = join(folder, 'postgres');
  let started: Promise<Started> | undefined;
  const answer = (): Promise<Answer> => {
    started ??= start();
    return started.then(
      (postgres) => ({ url: postgres.url('postgres') }),
      (error: unknown) => ({ fault: String(error) }),
    );
  };
  const server = createServer((socket) => {
    // A test file that is broken off while it waits hears no answer.
    socket.on('error', () => socket.destroy());
    void answer().then((said) => socket.end(JSON.stringify(said)));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    async close() {
      server.close();
      const postgres = await started?.catch(() => undefined); // whoever asked was told why it did not start
      await postgres?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The address of the maintenance database behind a door. */
export async function askDoor(path: string): Promise<string> {
  const said: Answer = JSON.parse(await text(connect(path)));
  if ('fault' in said) throw new Error(`PostgreSQL for the tests did not start: ${said.fault}`);
  return said.url;
}
