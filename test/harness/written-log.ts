import { expect } from 'vitest';
import type { World } from './world.ts';

const anyVersion = { 'if-match': '*' };

/**
 * Writes a log through the verbs until it has `size` entries: two keys are applied and removed, one is revoked, the
 * other deleted with the content of its entries, the rest are created. Checkpoints are made before and after the
 * deletion and at the end.
 */
export async function writeLog({ admin }: World, size: number): Promise<void> {
  const [kept = '', gone = ''] = await newKeys(admin, 1000, 2);
  for (const id of [kept, gone]) {
    const applied = await admin('POST', `/keys/${id}/assignments`, { userName: 'Anna Berg' });
    await admin('DELETE', `/assignments/${applied.body.id}`, undefined, anyVersion);
  }
  await admin('GET', '/audit/checkpoint');
  await admin('POST', `/keys/${kept}/revocation`, { reason: 'lost' });
  expect((await admin('DELETE', `/keys/${gone}`, undefined, anyVersion)).status).toBe(204);
  await admin('GET', '/audit/checkpoint');
  const written = (await admin('GET', '/audit?limit=1')).body.total;
  await newKeys(admin, 2000, size - written);
  expect((await admin('GET', '/audit/checkpoint')).body.size).toBe(size);
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
