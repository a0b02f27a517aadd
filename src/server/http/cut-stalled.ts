import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** So long a client may take nothing of what is being sent to it, and so often within that time it is looked at. */
const stalledMs = 60_000;
const looks = 6;

/**
 * Cuts off clients that do not read their answers: such a connection, and what is kept for it, would stay for as long as
 * they like. Whatever they take starts the time anew, so that slow readers go on. So does a client whose answer is still
 * being worked on: nothing waits for it to read. One that is cut off is reset: what was left would only wait in the system.
 */
export function cutStalled(server: Server, ms = stalledMs): void {
  const underWay = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: number) => underWay.set(socket, (underWay.get(socket) ?? 0) + by);
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.on('connection', (socket) => watch(socket, ms));
  server.setTimeout(ms);
  // Whoever listens to this ends connections alone: those that are kept alive with nothing under way as well.
  server.on('timeout', (socket) => {
    if ((underWay.get(socket) ?? 0) === 0) socket.destroy();
  });
}

/** The time-out of a socket begins anew wherever the system has taken a part since it was set, up to twice as late. */
function watch(socket: Socket, ms: number): void {
  let before = '';
  let quiet = 0;
  const timer = setInterval(() => {
    const left = untaken(socket);
    const now = `${socket.bytesWritten} ${left}`;
    quiet = left > 0 && now === before ? quiet + 1 : 0;
    before = now;
    if (quiet >= looks) socket.resetAndDestroy();
  }, ms / looks).unref();
  socket.once('close', () => clearInterval(timer));
}

/** Bytes that the system has not taken yet: of a piece that was begun, no public name says how much is left. */
function untaken(socket: Socket): number {
  // What the runtime's own time-outs go by; where it has none, what was not begun.
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? socket.writableLength;
}
