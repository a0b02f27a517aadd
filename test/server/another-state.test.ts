import { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import { operations } from '../../src/server/http/operations.ts';
import { addKey } from '../harness/arrange.ts';
import { cast, faultsFound, password, rawTables, type Values } from '../harness/forge.ts';
import { putBack, unguarded } from '../harness/forged-log.ts';
import { type RawLog, readRawLog } from '../harness/raw-log.ts';
import { engines, newWorld, startedBeside } from '../harness/world.ts';

describe.each(engines)(
  'rows and a log of another state, to a server that has just been started, on %s',
  async (engine) => {
    const world = await newWorld(engine);
    const tables = rawTables(world);
    const { person, signIn, ada, ask } = await cast(world);
    let keyId: string;
    let before: RawLog;
    beforeAll(async () => {
      keyId = (await addKey(world)).id;
      before = await readRawLog(world.database);
    });

    /** What somebody gets by a session or token of a server that has just been started. */
    const started = async () => {
      const { app, as } = await startedBeside(world);
      const reveal = async (headers: Record<string, string>) => {
        const { status, body } = await as(undefined)('POST', `/keys/${keyId}/reveal`, undefined, headers);
        return { status, text: body?.licenseKey };
      };
      const signInThere = async (email: string) => {
        const { status, headers } = await as(undefined)('POST', '/session', { email, password });
        return { status, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
      };
      const http = new Hono();
      operations(app, http);
      const isLogReady = async () => {
        // The contract of /readyz.
        const { checks } = (await (await http.request('/readyz')).json()) as {
          checks: { name: string; ok: boolean }[];
        };
        return checks.every(({ name, ok }) => name !== 'log' || ok);
      };
      return { app, reveal, signIn: signInThere, isLogReady };
    };
    const tokenOf = async (email: string) => {
      const { cookie } = await signIn(email);
      const { status, body } = await ask(cookie, 'POST', '/tokens', { name: 'Scripts', role: 'administrator' });
      expect(status).toBe(201);
      return { authorization: `Bearer ${body.token}` };
    };
    const changed = async (method: string, path: string, body?: unknown) => {
      const { status } = await ask(await ada(), method, path, body, { 'if-match': '*' });
      expect(status).toBeLessThan(300);
    };

    it('S3, P8: a person made by entries that were cut off is let in by nobody, and named', async () => {
      const { id, email } = await person('administrator');
      const { cookie } = await signIn(email);
      const authorization = await tokenOf(email);
      const after = await readRawLog(world.database);
      await putBack(world.database, before);
      const { app, reveal, signIn: signInThere } = await started();
      expect(await reveal({ cookie })).toEqual({ status: 401, text: undefined });
      expect(await reveal(authorization)).toEqual({ status: 401, text: undefined });
      expect((await signInThere(email)).status).toBe(401);
      expect((await faultsFound({ app })).some((fault) => fault.includes(id))).toBe(true);
      await putBack(world.database, after);
      expect(await faultsFound(world)).toEqual([]);
    });

    it("S3, P8: a role given by entries that were cut off is nobody's, whatever came since", async () => {
      const { id, email } = await person('auditor');
      const made = await readRawLog(world.database);
      const [auditor] = await tables.all('user', { id });
      await changed('PATCH', `/users/${id}`, { role: 'administrator' });
      const [promoted] = await tables.all('user', { id });
      const after = await readRawLog(world.database);
      await putBack(world.database, made);
      await tables.set('user', { id }, auditor ?? {});
      const { app, signIn: signInThere } = await started();
      // Further entries about the person stand where the promotion stood.
      for (let i = 0; i < 3; i += 1) expect((await signInThere(email)).status).toBe(201);
      await tables.set('user', { id }, promoted ?? {});
      expect((await signInThere(email)).status).toBe(401);
      expect((await faultsFound({ app })).some((fault) => fault.includes(id))).toBe(true);
      await putBack(world.database, after);
      expect(await faultsFound(world)).toEqual([]);
    });

    it('P3, P8: by a log that is not what was written no license key is shown, and nothing is changed', async () => {
      const { id, email } = await person('administrator');
      const authorization = await tokenOf(email);
      const [older] = await tables.all('user', { id });
      const [open] = await tables.all('token', { user_id: id });
      await changed('DELETE', `/users/${id}`);
      const [disabled, ended] = [await tables.all('user', { id }), await tables.all('token', { user_id: id })];
      expect((await (await started()).reveal(authorization)).status).toBe(401);
      const after = await readRawLog(world.database);
      const put = async (user: Values | undefined, token: Values | undefined) => {
        await tables.set('user', { id }, user ?? {});
        await tables.set('token', { id: String(token?.id) }, token ?? {});
      };
      await put(older, open);
      await unguarded(world.database, async (tx) => {
        await tx
          .updateTable('audit_entry')
          .set({ action: 'user.reset' })
          .where('subject', '=', `user:${id}`)
          .where('action', '=', 'user.disabled')
          .execute();
        await tx.updateTable('audit_entry').set({ tag: 'x' }).where('idx', '=', 2).execute();
      });
      const { reveal, isLogReady } = await started();
      const answer = await reveal(authorization);
      expect(answer.text).toBeUndefined();
      expect([401, 503]).toContain(answer.status);
      expect(await isLogReady()).toBe(false);
      await putBack(world.database, after);
      await put(disabled[0], ended[0]);
      expect(await faultsFound(world)).toEqual([]);
    });

    it('V3, P8: an older database, which a kept checkpoint denies, opens no license key and takes nothing in', async () => {
      const { id, email } = await person('administrator');
      const authorization = await tokenOf(email);
      const old = await readRawLog(world.database);
      const [enabled, open] = [await tables.all('user', { id }), await tables.all('token', { user_id: id })];
      await changed('DELETE', `/users/${id}`);
      const [disabled, ended] = [await tables.all('user', { id }), await tables.all('token', { user_id: id })];
      await makeCheckpoint(world.app);
      const after = await readRawLog(world.database);
      await putBack(world.database, old);
      await tables.set('user', { id }, enabled[0] ?? {});
      await tables.set('token', { user_id: id }, open[0] ?? {});
      const { reveal, signIn: signInThere, isLogReady } = await started();
      expect(await reveal(authorization)).toEqual({ status: 503, text: undefined });
      expect((await signInThere(email)).status).toBe(503);
      expect(await isLogReady()).toBe(false);
      await putBack(world.database, after);
      await tables.set('user', { id }, disabled[0] ?? {});
      await tables.set('token', { user_id: id }, ended[0] ?? {});
      expect(await faultsFound(world)).toEqual([]);
    });
  },
);
