import { BlockList, isIPv4 } from 'node:net';
import { readIpAddress } from './ip-address.ts';

/** Some addresses of a network. */
export type AddressRanges = { includes: (address: string) => boolean };

/** Reads addresses and ranges by comma, such as `10.0.0.1, 2001:db8::/32`; answers the first part that is neither as `wrong`. */
export function readAddressRanges(text: string): { ranges: AddressRanges } | { wrong: string } {
  const list = new BlockList();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const range = readRange(part);
    if (!range) return { wrong: part };
    list.addSubnet(range.address, range.prefix, family(range.address));
  }
  return { ranges: { includes: (address) => list.check(address, family(address)) } };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** A range of everybody is refused: it would believe whatever a client writes of itself. */
function readRange(part: string): { address: string; prefix: number } | undefined {
  const [, written = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  const address = readIpAddress(written);
  if (address === undefined) return undefined;
  const most = isIPv4(address) ? 32 : 128;
  // The range of an IPv4 address that is written as IPv6 counts its bits from there.
  const before = most === 32 && /:.*:/.test(written) ? 96 : 0;
  const prefix = length === undefined ? most : Number(length) - before;
  return prefix >= 1 && prefix <= most ? { address, prefix } : undefined;
}
