import { expect } from 'vitest';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import { change } from '../../src/server/change.ts';
import type { Actor, AuditDraft, AuditDrafts } from '../../src/server/context.ts';
import type { World } from './world.ts';

const anyVersion = { 'if-match': '*' };

/**
 * Writes a log through the verbs until it has `size` entries: two keys are applied and removed, one is revoked, the
 * other deleted with the content of its entries, the rest are created. Checkpoints are made before and after the
 * deletion and at the end.
 */
export async function writeLog({ app, admin }: World, size: number): Promise<void> {
  const [kept = '', gone = ''] = await newKeys(admin, 1000, 2);
  for (const id of [kept, gone]) {
    const applied = await admin('POST', `/keys/${id}/assignments`, { userName: 'Anna Berg' });
    await admin('DELETE', `/assignments/${applied.body.id}`, undefined, anyVersion);
  }
  await makeCheckpoint(app);
  await admin('POST', `/keys/${kept}/revocation`, { reason: 'lost' });
  expect((await admin('DELETE', `/keys/${gone}`, undefined, anyVersion)).status).toBe(204);
  await makeCheckpoint(app);
  const written = (await admin('GET', '/audit?limit=1')).body.total;
  await newKeys(admin, 2000, size - written);
  expect((await makeCheckpoint(app)).size).toBe(size);
}

async function newKeys(admin: World['admin'], from: number, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, i) => ({
    licenseKey: `K${from + i}`,
    productName: 'Office',
    keyType: 'permanent',
  }));
  const made = await admin('POST', '/keys/batch', { keys });
  expect(made.status).toBe(201);
  return made.body.items.map(({ id }: { id: string }) => id);
}

/**
 * Lengthens a log to `size` entries of few bytes each, through the server's own way to write: keys with short names
 * are created, applied and removed, every other one is deleted with the content of its entries. Checkpoints are made in
 * the middle and at the end.
 */
export async function writeLeanLog({ app, admin, clock }: World, size: number): Promise<void> {
  const actor: Actor = { kind: 'system', id: 'u', name: '', roles: [], scope: 'all' };
  const at = clock.now().toISOString();
  const start = (await admin('GET', '/audit?limit=1')).body.total;
  const drafts = leanDrafts(start, size - start);
  for (const half of [drafts.splice(0, drafts.length / 2), drafts]) {
    const [first, ...more] = half;
    if (!first) throw new Error('the log is that long already');
    const audit: AuditDrafts = [first, ...more];
    await change(
      { app, actor, address: undefined, idempotency: undefined, asked: undefined, now: () => at },
      async () => ({
        result: null,
        audit,
      }),
    );
    await makeCheckpoint(app);
  }
}

function leanDrafts(start: number, count: number): AuditDraft[] {
  const drafts: AuditDraft[] = [];
  for (let n = 0; drafts.length + 5 <= count; n += 1) {
    const about = { keyId: `k${n}`, customerId: 'c', details: {} };
    const idx = start + drafts.length;
    drafts.push({ action: 'key.created', ...about });
    drafts.push({ action: 'key.applied', ...about, equipmentId: `e${n % 3}` });
    drafts.push({ action: 'key.removed', ...about, equipmentId: `e${n % 3}` });
    if (n % 2 === 0) continue;
    drafts.push({ action: 'key.deleted', ...about });
    const erases = [idx, idx + 1, idx + 2].map((one) => ({ idx: one, facts: {} }));
    drafts.push({ action: 'entries.erased', keyId: about.keyId, customerId: 'c', erases });
  }
  while (drafts.length < count) drafts.push({ action: 'settings.updated', subject: 's', details: {} });
  return drafts;
}
