import { Hono } from 'hono';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/server/http/operations.ts';
import { signIn } from '../harness/session.ts';
import { adminPassword, newWorld } from '../harness/world.ts';

describe('a database file that may not grow any more', async () => {
  const world = await newWorld('sqlite');
  const cookie = await signIn(world);
  const pages = async (command: string) =>
    Object.values(
      (await world.database.admin.executeQuery<Record<string, number>>(CompiledQuery.raw(command))).rows[0] ?? {},
    )[0];

  /** Any answer, also one that must not be. */
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await world.http.request(`/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${world.adminToken}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const key = (name: string) => ({ licenseKey: name, productName: 'Atlas', keyType: 'permanent' });
  const made = await ask('POST', '/keys', key('BEFORE-12345-ABCDE-FGHIJ'));
  await pages(`pragma max_page_count = ${await pages('pragma page_count')}`);
  const statuses: number[] = [];
  for (let round = 0; !statuses.includes(507) && !statuses.includes(500); round += 1)
    statuses.push(
      ...(await Promise.all(Array.from({ length: 12 }, (_, i) => ask('POST', '/keys', key(`FULL-${round}-${i}`))))).map(
        ({ status }) => status,
      ),
    );

  it('R3: a write answers that no space is left and nothing was saved, and nothing half is there', async () => {
    expect(new Set(statuses).difference(new Set([201]))).toEqual(new Set([507]));
    const refused = await ask('POST', '/keys', key('FULL-AGAIN'));
    expect(refused).toMatchObject({ status: 507, body: { code: 'no_space' } });
    expect(refused.body.detail).toMatch(/nothing was saved/i);
    const created = 1 + statuses.filter((status) => status === 201).length;
    expect((await ask('GET', '/keys')).body.total).toBe(created);
    expect((await ask('GET', '/audit?action=key.created')).body.total).toBe(created);
  });

  it('R3: reading goes on, also where a session is to be noted as seen; a reveal is refused without the text', async () => {
    world.clock.set('2026-11-21T09:05:00.000Z');
    const seen = await world.http.request('/api/v1/keys', { headers: { cookie } });
    expect(seen.status).toBe(200);
    const revealed = await ask('POST', `/keys/${made.body.id}/reveal`);
    expect(revealed).toMatchObject({ status: 507, body: { code: 'no_space' } });
    expect(JSON.stringify(revealed.body)).not.toContain('BEFORE-12345');
  });

  it('R3: signing in says it, and so does readyz', async () => {
    const body = { email: 'ada@nordwind.example', password: adminPassword };
    expect(await ask('POST', '/session', body, { authorization: '' })).toMatchObject({ status: 507 });
    const http = new Hono();
    operations(world.app, http);
    const ready: unknown = await (await http.request('/readyz')).json();
    const space = { name: 'space', ok: false, detail: expect.stringContaining('no space') };
    expect(ready).toMatchObject({ checks: expect.arrayContaining([space]) });
  });

  it('R3: when there is space again, it goes on', async () => {
    await pages('pragma max_page_count = 1000000');
    expect((await ask('POST', '/keys', key('AFTER'))).status).toBe(201);
  });
});
