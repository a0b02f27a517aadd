import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** So long a client may take nothing of what is being sent to it. */
const stalledMs = 60_000;

/**
 * Cuts off clients that do not read their answers: such a connection, and what is kept for it, would stay for as long as
 * they like. Whatever they take starts the time anew, so that slow readers go on. So does a client whose answer is still
 * being worked on: nothing waits for it to read.
 */
export function cutStalled(server: Server, ms = stalledMs): void {
  const underWay = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: number) => underWay.set(socket, (underWay.get(socket) ?? 0) + by);
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.setTimeout(ms);
  // Whoever listens to this ends connections alone: those that are kept alive with nothing under way as well.
  server.on('timeout', (socket) => {
    const isWorkedOn = (underWay.get(socket) ?? 0) > 0 && socket.writableLength === 0;
    if (!isWorkedOn) socket.destroy();
  });
}
