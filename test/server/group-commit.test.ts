import { describe, expect, it } from 'vitest';
import { newWorld } from '../harness/world.ts';

describe('transactions that share a commit', async () => {
  const world = await newWorld('sqlite');
  const size = async () =>
    (await world.database.read.selectFrom('audit_head').select('size').executeTakeFirstOrThrow()).size;

  it('A2: of many requests at once each stands or falls alone, with its own entry', async () => {
    const before = await size();
    const keys = Array.from({ length: 40 }, (_, i) => ({
      licenseKey: `SHARED-COMMIT-${i % 30}-ABCDE`,
      productName: 'Atlas',
      keyType: 'permanent',
    }));
    const answers = await Promise.all(keys.map((key) => world.admin('POST', '/keys', key)));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(30);
    expect(statuses.filter((status) => status === 409)).toHaveLength(10);
    // Thirty keys and their product; and whoever is told that a text is recorded is told so on record.
    expect(await size()).toBe(before + 31 + 10);
    expect((await world.admin('GET', '/keys')).body.total).toBe(30);
  });

  it('api: the same request sent at once many times is done once and answered alike', async () => {
    const body = { licenseKey: 'SHARED-ONCE-12345-ABCDE', productName: 'Atlas', keyType: 'permanent' };
    const headers = { 'idempotency-key': 'once' };
    const before = await size();
    const answers = await Promise.all(Array.from({ length: 16 }, () => world.admin('POST', '/keys', body, headers)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(16).fill(201));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await size()).toBe(before + 1);
  });

  it('security: when the head of the log is gone, every request of the group is refused and none half-done', async () => {
    const keys = (await world.admin('GET', '/keys?status=available&limit=10')).body.items;
    await world.database.admin.executeQuery({
      // The guard is for everybody; this test stands for a damaged file.
      ...world.database.admin.deleteFrom('audit_head').compile(),
      sql: 'drop trigger audit_head_no_delete',
      parameters: [],
    });
    const head = await world.database.admin.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
    await world.database.admin.deleteFrom('audit_head').execute();
    const refused = await Promise.allSettled(
      keys.map((key: { id: string }) => world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Anna' })),
    );
    expect(refused.every((answer) => answer.status === 'rejected')).toBe(true);
    await world.database.admin.insertInto('audit_head').values(head).execute();
    expect((await world.admin('GET', '/assignments')).body.total).toBe(0);
  });
});
