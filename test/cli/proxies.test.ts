import { describe, expect, it } from 'vitest';
import { keybook, newFolder, password, type Server, serve, setUp } from '../harness/process.ts';

/** A server behind proxies of a range; what it says where it does not start. */
async function behind(proxies: string): Promise<Server> {
  const started = await serve({ DATA_DIR: newFolder(), TRUSTED_PROXIES: proxies }).catch(
    (error: Error) => error.message,
  );
  expect(started).toMatchObject({ url: expect.stringContaining('http://') });
  // Just asserted.
  return started as Server;
}

/** Signs in with these headers; answers the addresses of that person's sessions, the latest first. */
async function addressesAfter({ url }: Server, headers: Record<string, string>): Promise<string[]> {
  const type = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email: 'ada@nordwind.example', password });
  const opened = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { ...type, ...headers }, body });
  expect(opened.status).toBe(201);
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const answered = await fetch(`${url}/api/v1/sessions`, { headers: { cookie } });
  const { items }: { items: { address: string }[] } = JSON.parse(await answered.text());
  return items.map(({ address }) => address);
}

const told = (stderr: string, what: string) => stderr.split('\n').filter((line) => line.includes(what));

describe('TRUSTED_PROXIES', () => {
  it('S7: takes ranges: a chain of proxies is believed as far as they go', async () => {
    const server = await behind('127.0.0.0/8, 10.1.0.0/16, 2001:db8:ff::/48, ::ffff:192.168.0.0/112');
    await setUp(server);
    const chain = '198.51.100.1, 203.0.113.9, 10.1.200.3, 192.168.7.7, 2001:db8:ff:1::5';
    expect((await addressesAfter(server, { 'x-forwarded-for': chain }))[0]).toBe('203.0.113.9');
    expect((await addressesAfter(server, { 'x-forwarded-for': '10.1.0.1, 10.1.0.2' }))[0]).toBe('10.1.0.1');
    expect((await addressesAfter(server, { 'x-forwarded-for': '10.2.0.1' }))[0]).toBe('10.2.0.1');
  });

  it('S7: the log says once that a peer is not believed, and once that a proxy names what is no address', async () => {
    const open = await serve({ DATA_DIR: newFolder(), LOG_LEVEL: 'warn' });
    await setUp(open);
    for (let i = 0; i < 3; i += 1)
      expect((await addressesAfter(open, { 'x-forwarded-for': '203.0.113.9' }))[0]).toBe('127.0.0.1');
    const { stderr } = await open.end();
    expect(told(stderr, 'X-Forwarded-For is not believed')).toHaveLength(1);
    expect(stderr).toContain('TRUSTED_PROXIES');
    const trusting = await serve({ DATA_DIR: newFolder(), LOG_LEVEL: 'warn', TRUSTED_PROXIES: '127.0.0.1' });
    await setUp(trusting);
    for (const text of ['unknown', '_hidden', '1.2.3.4.5'])
      expect((await addressesAfter(trusting, { 'x-forwarded-for': text }))[0]).toBe('127.0.0.1');
    const words = (await trusting.end()).stderr;
    expect(told(words, 'no IP address')).toHaveLength(1);
    expect(words).not.toContain('hidden');
  });

  it.each(['10.0.0.0/33', '0.0.0.0/0', '::/0', '2001:db8::/129', '10.0.0.0/8/8', 'proxy.example.org'])(
    'S7: %s is refused at the start, in words',
    async (proxies) => {
      const { status, stderr } = await keybook(['serve'], { DATA_DIR: newFolder(), TRUSTED_PROXIES: proxies });
      expect([status, stderr]).toEqual([2, expect.stringContaining(`"${proxies}" is neither`)]);
    },
  );
});
