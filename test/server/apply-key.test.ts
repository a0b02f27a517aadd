import { describe, expect, it } from 'vitest';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('applying keys on %s', async (engine) => {
  const world = await newWorld(engine);

  it('A2: saving takes the seat, makes the assignment and writes the audit entry', async () => {
    const made = await world.admin('POST', '/keys', {
      licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-12345',
      productName: 'Microsoft Office 365',
      keyType: 'permanent',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: 'available', maskedKey: '•••••-•••••-•••••-•••••-12345' });
    const applied = await world.admin('POST', `/keys/${made.body.id}/assignments`, { userName: 'Anna Berg' });
    expect(applied.status).toBe(201);
    const again = await world.admin('GET', `/keys/${made.body.id}`);
    expect(again.body).toMatchObject({ status: 'applied', seatsTaken: 1, userName: 'Anna Berg' });
    const list = await world.admin('GET', '/keys?q=berg&sort=-validityEnd,product&groupBy=status');
    expect(list.body).toMatchObject({ total: 1, groups: [{ value: 'applied', count: 1 }] });
    const page = await world.admin('GET', '/keys?status=applied&validityStartFrom=2020-01-01');
    expect(page.body.total).toBe(0);
    const removed = await world.admin('DELETE', `/assignments/${applied.body.id}`, undefined, { 'if-match': '*' });
    expect(removed.status).toBe(204);
    const actions = await world.database.read.selectFrom('audit_entry').select('action').orderBy('idx').execute();
    expect(actions.slice(-4).map((row) => row.action)).toEqual([
      'key.created',
      'product.created',
      'key.applied',
      'key.removed',
    ]);
  });
});
