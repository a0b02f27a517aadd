import { isIPv4, isIPv6 } from 'node:net';

/**
 * An IP address in its one spelling, however a socket, a proxy or a setting writes it: with a port, in brackets, with a
 * zone, in capitals. An IPv4 address inside an IPv6 one is that IPv4 address. Undefined for what is no address.
 */
export function readIpAddress(text: string): string | undefined {
  const [bare = ''] = withoutPort(text.trim()).split('%');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  return ipv4Inside(groupsOf(bare)) ?? spelled(bare);
}

/** `1.2.3.4:5678` and `[::1]:99`, as proxies write them, without brackets and port. */
function withoutPort(text: string): string {
  return /^\[([^[\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}

/** The shortest spelling (RFC 5952), which the parser of addresses of the web makes. */
function spelled(ipv6: string): string {
  return new URL(`http://[${ipv6}]`).hostname.slice(1, -1);
}

/** The eight groups of an IPv6 address, in lower case and without leading zeros. */
export function groupsOf(ipv6: string): string[] {
  const [head = '', tail] = spelled(ipv6).split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return [...groups, ...zeros, ...after];
}

/** What stands before an IPv4 address: mapped (RFC 4291), translated (RFC 2765), and the well-known NAT64 (RFC 6052). */
const prefixesOfIpv4 = ['0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0'];

function ipv4Inside(groups: string[]): string | undefined {
  if (!prefixesOfIpv4.includes(groups.slice(0, 6).join(':'))) return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
