import { expect, it } from 'vitest';
import { hostsOf } from '../../src/db/postgres-hosts.ts';

/** The addresses in the order in which they are tried, and whether the first comes again after the last. */
function tried(url: string): string[] {
  const hosts = hostsOf(url);
  const addresses = Array.from({ length: hosts.count }, () => {
    const address = hosts.present();
    hosts.leave(address);
    return address;
  });
  expect(hosts.present()).toBe(addresses[0]);
  return addresses;
}

it('R12: DATABASE_URL names one host or several, as the programs of PostgreSQL take them', () => {
  expect(tried('postgres://a:b@one/k')).toEqual(['postgres://a:b@one/k']);
  expect(tried('postgres://a:b%2C@one:1,[::1]:2/k?sslmode=require')).toEqual([
    'postgres://a:b%2C@one:1/k?sslmode=require',
    'postgres://a:b%2C@[::1]:2/k?sslmode=require',
  ]);
  expect(tried('postgres://a@/k?host=/x,/y&port=1,2')).toEqual([
    'postgres://a@/k?host=/x&port=1',
    'postgres://a@/k?host=/y&port=2',
  ]);
  expect(tried('postgres://a@/k?port=5&host=/x%2C/y')).toEqual([
    'postgres://a@/k?port=5&host=/x',
    'postgres://a@/k?port=5&host=/y',
  ]);
});

it('R12: of those that try at once, the first goes on to the next host, and the others with it', () => {
  const hosts = hostsOf('postgres://one,two,three/k');
  const present = hosts.present();
  hosts.leave(present);
  hosts.leave(present);
  expect(hosts.present()).toBe('postgres://two/k');
});
