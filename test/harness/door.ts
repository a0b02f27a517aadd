import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a run has once: where it is, and how it ends. */
export type Started = { address: string; stop(): Promise<void> };
type Answer = { address: string } | { fault: string };

/** Where the test files of a run ask for what it has once. */
export type Door = {
  /** The socket that answers; for `askDoor`. */
  path: string;
  /** Ends what was started, if anything was. */
  close(): Promise<void>;
};

/**
 * Opens a door of this run alone, a Unix socket. The first test file that asks has the thing started by this process, which
 * also ends it; the others, asking meanwhile or later, are told of the same one. A run in which nobody asks starts none.
 */
export async function openDoor(start: () => Promise<Started>): Promise<Door> {
  const folder = await mkdtemp(join(tmpdir(), 'keybook-door-'));
  const path = join(folder, 'door');
  let started: Promise<Started> | undefined;
  const answer = (): Promise<Answer> => {
    started ??= start();
    return started.then(
      ({ address }) => ({ address }),
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
      const one = await started?.catch(() => undefined); // whoever asked was told why it did not start
      await one?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The address of what is behind a door. */
export async function askDoor(path: string): Promise<string> {
  const said: Answer = JSON.parse(await text(connect(path)));
  if ('fault' in said) throw new Error(`what the tests need did not start: ${said.fault}`);
  return said.address;
}
