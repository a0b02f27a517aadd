import { isIPv6 } from 'node:net';
import { groupsOf, readIpAddress } from '../http/ip-address.ts';

/** What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which one client commands whole. */
export function networkOf(address: string): string {
  const known = readIpAddress(address) ?? address;
  return isIPv6(known) ? groupsOf(known).slice(0, 4).join(':') : known;
}
