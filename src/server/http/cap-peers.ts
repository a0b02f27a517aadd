import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../people/network-of.ts';
import { readIpAddress } from './ip-address.ts';

/** So many connections one network may hold: an office behind one address has as many people, and its browsers their few. */
const mostOfNetwork = 500;

/** Cuts off connections of a network that holds its share already; `isTrusted` peers, such as a proxy, hold any number. */
export function capPeers(server: Pick<Server, 'on'>, isTrusted: (peer: string) => boolean, most = mostOfNetwork): void {
  const held = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const peer = readIpAddress(socket.remoteAddress ?? '');
    if (peer === undefined || isTrusted(peer)) return;
    const network = networkOf(peer);
    const count = held.get(network) ?? 0;
    if (count >= most) return void socket.destroy();
    held.set(network, count + 1);
    socket.once('close', () => {
      const left = (held.get(network) ?? 1) - 1;
      if (left > 0) held.set(network, left);
      else held.delete(network);
    });
  });
}
