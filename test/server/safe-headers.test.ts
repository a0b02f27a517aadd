import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { docsPage } from '../../src/server/http/docs-page.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { operations } from '../../src/server/http/operations.ts';
import { routes } from '../../src/server/routes.ts';
import { newWorld } from '../harness/world.ts';

describe('the headers of every answer', async () => {
  const world = await newWorld('sqlite');
  const surfaceAt = (baseUrl: string | undefined) => {
    const [http, app] = [new Hono(), { ...world.app, config: { ...world.app.config, baseUrl } }];
    operations(app, http);
    docsPage(http, app.config);
    httpApi(app, routes, http);
    return http;
  };
  const [plain, secure] = [surfaceAt(undefined), surfaceAt('https://keys.example.org')];
  const authorization = `Bearer ${world.adminToken}`;
  /** The headers of an answer whose body nobody takes: a file that is left half sent keeps its place for half a minute. */
  const headersOf = async (http: Hono, path: string, init: RequestInit): Promise<Headers> => {
    const { headers, body } = await http.request(path, init);
    await body?.cancel();
    return headers;
  };
  const requests: [string, RequestInit][] = [
    ['/api/v1/setup', {}],
    ['/api/v1/keys', { headers: { authorization } }],
    ['/api/v1/keys/export', { headers: { authorization } }],
    ['/api/v1/keys', {}],
    ['/api/v1/keys/nothing', { headers: { authorization } }],
    ['/api/v1/keys', { method: 'PUT' }],
    [
      '/api/v1/keys',
      { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } },
    ],
    ['/api/v1/products', { method: 'POST', body: '{', headers: { authorization, 'content-type': 'application/json' } }],
    ['/nowhere', {}],
    ['/api/v1/openapi.json', {}],
    ['/api/docs', {}],
    ['/api/docs/init.js', {}],
    ['/healthz', {}],
    ['/readyz', {}],
    ['/metrics', {}],
  ];

  it.each(requests)(
    '%s is not sniffed, framed, sent on, read by others, or scripted inline (security 36) (security 37) (security 38)',
    async (path, init) => {
      const headers = await headersOf(plain, path, init);
      const policy = headers.get('content-security-policy') ?? '';
      for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(policy).toContain(part);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('strict-transport-security')).toBeNull();
      const overTls = await headersOf(secure, path, init);
      expect(overTls.get('strict-transport-security')).toBe('max-age=31536000');
    },
  );

  it.each(requests.filter(([path]) => path.startsWith('/api/v1/') && !path.endsWith('openapi.json')))(
    '%s is kept by no cache (security 39)',
    async (path, init) => {
      expect((await headersOf(plain, path, init)).get('cache-control')).toBe('no-store');
    },
  );

  it.each(requests)('%s says nothing of who answers (security 60)', async (path, init) => {
    const answer = await plain.request(path, init);
    expect([...answer.headers.keys()].filter((name) => /^(server|x-powered-by|via)$/.test(name))).toEqual([]);
    if (!path.includes('docs') && !path.includes('openapi'))
      expect(await answer.text()).not.toMatch(/hono|node|kysely|sqlite/i);
  });

  it('api: a failure of ours has a request id and nothing of its cause (security 56)', async () => {
    const reported: unknown[] = [];
    const app = { ...world.app, reportBug: (thrown: unknown) => reported.push(thrown) };
    const http = new Hono();
    httpApi({ ...app, onAppended: () => undefined }, routes, http);
    await world.database.transaction((tx) => tx.updateTable('audit_head').set({ frontier: 'damaged' }).execute());
    const answer = await http.request('/api/v1/products', {
      method: 'POST',
      body: JSON.stringify({ name: 'Atlas' }),
      headers: { authorization, 'content-type': 'application/json' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    const problem: Record<string, unknown> = JSON.parse(await answer.text());
    expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type']);
    expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(problem)).not.toMatch(/audit|head|damaged|sql|\.ts|node_modules/i);
    expect(reported).toHaveLength(1);
    expect((await world.admin('GET', '/products')).body.total).toBe(0);
  });

  it('X4: no address but the contract’s, the description’s and the operator’s answers anything (security 60)', async () => {
    for (const path of [
      '/debug',
      '/api/v1/debug',
      '/api',
      '/server.js.map',
      '/.env',
      '/api/v1/',
      '/metrics/',
      '/console',
    ])
      expect((await plain.request(path)).status, path).toBe(404);
  });
});
