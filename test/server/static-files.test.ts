import { readdirSync } from 'node:fs';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { docsPage } from '../../src/server/http/docs-page.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { webPages } from '../../src/server/http/web-pages.ts';
import { routes } from '../../src/server/routes.ts';
import { newWorld } from '../harness/world.ts';

const built = readdirSync(new URL('../../dist/web/assets', import.meta.url));
const script = built.find((name) => name.endsWith('.js')) ?? '';
const gzip = { 'accept-encoding': 'gzip, deflate, br' };

describe('the files of the browser application', async () => {
  const world = await newWorld('sqlite');
  const http = new Hono();
  docsPage(http, world.app.config);
  webPages(http, world.app);
  httpApi(world.app, routes, http);
  const get = (path: string, headers = {}) => http.request(`http://localhost${path}`, { headers });

  it('S1: a file has one address: any other spelling is nothing, and nothing is kept of it', async () => {
    expect((await get(`/assets/${script}`)).status).toBe(200);
    const spellings = [
      `//assets/${script}`,
      `/assets//${script}`,
      `/assets///${script}`,
      `/assets/${script}/`,
      `/assets%2F${script}`,
      `/Assets/${script}`,
      `/assets/${script.replace('.js', '.JS')}`,
      `/assets/${script}.gz`,
      '/assets/constructor.js',
      '/__proto__.js',
    ];
    for (const path of spellings) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      await answer.text();
    }
  });

  it('S1: texts come compressed from the build, and whole to who takes nothing else', async () => {
    const [zipped, whole] = [await get(`/assets/${script}`, gzip), await get(`/assets/${script}`)];
    expect([zipped.headers.get('content-encoding'), whole.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(zipped.headers.get('cache-control')).toContain('immutable');
    const unzipped = new Response(zipped.body?.pipeThrough(new DecompressionStream('gzip')));
    expect(await unzipped.text()).toBe(await whole.text());
  });

  it('S19: the page of the API and its description come compressed', async () => {
    for (const path of ['/api/docs/swagger-ui-bundle.js', '/api/docs/swagger-ui.css', '/api/v1/openapi.json']) {
      const answer = await get(path, gzip);
      expect([path, answer.status, answer.headers.get('content-encoding')]).toEqual([path, 200, 'gzip']);
      expect((await answer.arrayBuffer()).byteLength).toBeLessThan(700_000);
      expect((await get(path)).headers.get('content-encoding')).toBeNull();
    }
  });

  it('S1: every address without an ending is the one page', async () => {
    for (const path of ['/', '/keys', '/keys/1/history', '/x'.repeat(1000)]) {
      const answer = await get(path);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await answer.text()).toContain('<div id="root">');
    }
  });
});
