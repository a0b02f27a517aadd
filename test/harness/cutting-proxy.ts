import { once } from 'node:events';
import { createServer, connect as open, type Socket } from 'node:net';

/** Where a connection is cut: before COMMIT reaches PostgreSQL, or when it has answered and before that is passed on. */
export type Cut = 'before commit' | 'before its answer';

export type CuttingProxy = {
  /** The same database, through the proxy. */
  url: string;
  /** Cuts the connection of the next COMMIT there. Answers when it is done. */
  cutNext: (where: Cut) => Promise<void>;
  close: () => void;
};

const isCommit = (sent: Buffer): boolean => sent[0] === 0x51 && /^commit\0/i.test(sent.subarray(5).toString());

/** Stands between a program and the PostgreSQL that `url` names by its socket, and passes all on but what it is to cut. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const [, database, folder] = /^postgres:\/\/postgres@\/(\w+)\?host=(.+)$/.exec(url) ?? [];
  let next: { where: Cut; done: () => void } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = open(`${folder}/.s.PGSQL.5432`);
    let isCutting = false;
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
      next?.done();
      next = undefined;
    };
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.on('data', (sent) => {
      if (next && isCommit(sent)) {
        if (next.where === 'before commit') return cut();
        isCutting = true;
      }
      upstream.write(sent);
    });
    upstream.on('data', (answer) => (isCutting ? cut() : client.write(answer)));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `postgres://postgres@127.0.0.1:${port}/${database}`,
    cutNext: (where) =>
      new Promise((done) => {
        next = { where, done };
      }),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
