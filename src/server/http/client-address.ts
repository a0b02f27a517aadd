import type { Context } from 'hono';
import type { App } from '../context.ts';
import { readIpAddress } from './ip-address.ts';

type Asking = Pick<App, 'config' | 'log'>;

/** Who holds the other end of the connection; undefined where there is none, as in a test within the process. */
export function peerAddress(c: Context): string | undefined {
  // The Node adapter puts the raw request here.
  const socket = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket;
  return readIpAddress(socket?.remoteAddress ?? '');
}

/** Whether an address, as `peerAddress` spells it, is this machine's own. */
export function isOwnMachine(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || address.startsWith('127.'));
}

/**
 * The client's address: the peer of the connection or, where that is a trusted proxy, whom the proxies name: the last
 * that is none of them. What is no address counts as the peer: who writes it gains no address of its own.
 */
export function clientAddress(app: Asking, c: Context): string | undefined {
  const peer = peerAddress(c);
  const header = c.req.header('x-forwarded-for');
  if (peer === undefined || header === undefined) return peer;
  const { trustedProxies } = app.config;
  if (!trustedProxies.includes(peer)) {
    tellOnce(app, peer, 'X-Forwarded-For is not believed: this peer is not in TRUSTED_PROXIES');
    return peer;
  }
  const named = header.split(',').filter((part) => part.trim() !== '');
  let farthest = peer;
  for (const part of named.toReversed()) {
    const address = readIpAddress(part);
    if (address === undefined) {
      tellOnce(app, peer, 'X-Forwarded-For of this proxy names what is no IP address: the proxy counts as the client');
      return peer;
    }
    if (!trustedProxies.includes(address)) return address;
    farthest = address;
  }
  return farthest;
}

/** More peers than these are no proxies that somebody forgot, and are told of no more. */
const mostTold = 100;
const told = new WeakMap<App['config'], Set<string>>();

/** Says something of a peer in the log, the first time. */
function tellOnce({ config, log }: Asking, peer: string, says: string): void {
  const said = told.get(config) ?? new Set();
  told.set(config, said);
  const what = `${peer} ${says}`;
  if (said.has(what) || said.size >= mostTold) return;
  said.add(what);
  log.warn({ peer }, says);
}
