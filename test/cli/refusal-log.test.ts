import { describe, expect, it } from 'vitest';
import { ask, install } from '../harness/process.ts';

const secrets = ['nobody@nordwind.example', 'not the right one', 'keybook_wrong', 'keys.evil.example'];

describe('the log of a server', () => {
  it('S8: has a warning for each kind of refusal and a count of the rest, and metrics count them by code', async () => {
    const installation = await install({ LOG_LEVEL: 'warn' });
    const { url } = installation.server;
    const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
      fetch(`${url}/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
    const guess = () =>
      send('POST', '/session', {}, { email: 'nobody@nordwind.example', password: 'not the right one' });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const token = await send('GET', '/keys/0198b0a0-0000-7000-8000-000000000000', {
      authorization: 'Bearer keybook_wrong',
    });
    const site = await send(
      'POST',
      '/session',
      { origin: 'https://keys.evil.example', 'sec-fetch-site': 'cross-site' },
      {},
    );
    expect([token.status, site.status]).toEqual([401, 403]);
    expect((await ask(installation, 'GET', '/keys')).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const { stderr } = await installation.server.end();
    const lines = stderr
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const about = (code: string) => lines.filter((line) => line.code === code);
    const here = { address: '127.0.0.1', level: 40 };
    expect(about('wrong_credentials')).toMatchObject([
      { ...here, method: 'POST', path: '/session', requestId: expect.any(String) },
      { ...here, method: 'POST', path: '/session', count: 4 },
    ]);
    expect(about('too_many_requests')).toMatchObject([{ ...here, path: '/session' }]);
    expect(about('unauthenticated')).toMatchObject([
      { ...here, path: '/keys/{id}', requestId: token.headers.get('x-request-id') },
    ]);
    expect(lines.filter((line) => line.requestId === site.headers.get('x-request-id'))).toMatchObject([
      { ...here, method: 'POST', path: '/session' },
    ]);
    for (const secret of secrets) expect(stderr).not.toContain(secret);
    expect(metrics).toContain('keybook_refusals_total{code="wrong_credentials"} 5');
    expect(metrics).toContain('keybook_refusals_total{code="too_many_requests"} 1');
  });
});
