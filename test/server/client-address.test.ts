import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/server/people/network-of.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { emptyWorld, engines } from '../harness/world.ts';

const free = 49;

/** One client as proxies write it, a spelling a guess, and another client that must not pay for the first. */
const clients: [string, (guess: number) => string, string][] = [
  ['an address with ports', (guess) => `203.0.113.5:${1000 + guess}`, '203.0.113.6:1000'],
  ['an address in IPv6, in both spellings', (guess) => mapped[guess % 4] ?? '', '::ffff:203.0.113.11'],
  ['an address behind NAT64', (guess) => nat64[guess % 3] ?? '', '64:ff9b::203.0.113.21'],
  ['a network with brackets and ports', (guess) => `[2001:db8:1:2::${guess}]:99`, '[2001:db8:1:3::1]:99'],
  ['an address with zones', (guess) => `fe80::1:2%eth${guess}`, '2001:db8::1'],
  ['what is no address, as the proxy', (guess) => ['unknown', '_x', 'for=1', `${guess}`][guess % 4] ?? '', '192.0.2.1'],
];
const mapped = ['203.0.113.10', '::ffff:203.0.113.10', '::FFFF:cb00:710a', '[0:0:0:0:0:ffff:203.0.113.10]:80'];
const nat64 = ['64:ff9b::203.0.113.20', '64:FF9B::cb00:7114', '203.0.113.20'];

describe.each(engines)('the address of a client behind a proxy on %s', async (engine) => {
  const world = await emptyWorld(engine, { TRUSTED_PROXIES: '127.0.0.1' });
  const { url } = await listenFor(world);
  const body = {
    name: 'A',
    email: 'a@x.example',
    password: 'violet ladder harbour',
    organisation: 'O',
    timeZone: 'UTC',
  };
  const guess = async (client: string) => {
    const headers = { 'x-forwarded-for': client };
    return (await newBrowser(url).call('POST', '/setup', { ...body, token: 'x' }, headers)).status;
  };

  it.each(clients)('S7: %s is one client', async (_, spelling, other) => {
    const statuses: number[] = [];
    for (let i = 0; i <= free + 1; i += 1) statuses.push(await guess(spelling(i)));
    expect(statuses.slice(0, free)).not.toContain(429);
    expect(statuses.at(-1)).toBe(429);
    expect(await guess(other)).toBe(403);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.1:5678', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:0:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c000:201', '192.0.2.1'],
    ['[64:ff9b::c000:201]:443', '192.0.2.1'],
    ['64:ff9b:1::c000:201', '64:ff9b:1:0'],
    ['[2001:db8:1:2:3::4]', '2001:db8:1:2'],
    ['[2001:db8:1:2:3::4]:443', '2001:db8:1:2'],
    ['[fe80::1%eth0]:443', 'fe80:0:0:0'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2'],
  ])('S7: %s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
