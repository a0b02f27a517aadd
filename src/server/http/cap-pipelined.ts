import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Browsers send a request when the last one is answered, and programs that do not send a few. */
const mostUnanswered = 20;

/**
 * Whether a request is taken: one connection has so many that wait for their answers. One with more is cut off: all of
 * them came at once, and would be worked on before anybody else has a turn.
 */
export function capPipelined(most = mostUnanswered): (request: IncomingMessage, response: ServerResponse) => boolean {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = unanswered.get(socket) ?? 0;
    if (socket.destroyed) return false;
    if (count >= most) {
      socket.destroy();
      return false;
    }
    unanswered.set(socket, count + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    return true;
  };
}
