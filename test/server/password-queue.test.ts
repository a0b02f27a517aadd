import { expect, it } from 'vitest';
import { hashPassword } from '../../src/server/people/password.ts';

const outcomes = async (asked: Promise<string>[]): Promise<string[]> =>
  (await Promise.allSettled(asked)).map((one) => (one.status === 'fulfilled' ? 'hashed' : one.reason.code));
const hashed = (count: number) => Array.from({ length: count }, () => 'hashed');
const refused = (count: number) => Array.from({ length: count }, () => 'too_many_requests');

it('S19: of one person two passwords wait, and others are looked at after those', async () => {
  const mine = { actor: { id: 'one' }, address: '192.0.2.1' };
  const many = Array.from({ length: 110 }, () => hashPassword('a long phrase of mine', mine));
  const others = ['two', 'three'].map((id) => hashPassword('another phrase', { actor: { id }, address: '192.0.2.1' }));
  expect(await outcomes(many)).toEqual([...hashed(4), ...refused(106)]);
  expect(await outcomes(others)).toEqual(hashed(2));
  await expect(hashPassword('a long phrase of mine', mine)).resolves.toContain('argon2id');
});

it('S19: of one network ten wait before anybody is known, however its addresses are written', async () => {
  const from = (i: number) => hashPassword('a guess', { address: `2001:db8::${i.toString(16)}` });
  const many = Array.from({ length: 20 }, (_, i) => from(i));
  const other = hashPassword('a guess', { address: '198.51.100.7' });
  expect(await outcomes(many)).toEqual([...hashed(12), ...refused(8)]);
  await expect(other).resolves.toContain('argon2id');
});

it('S19: a refusal says when to come again', async () => {
  const mine = { actor: { id: 'one' }, address: undefined };
  const many = await Promise.allSettled(Array.from({ length: 5 }, () => hashPassword('a long phrase', mine)));
  expect(many.at(-1)).toMatchObject({ reason: { code: 'too_many_requests', extra: { retryAfterSeconds: 1 } } });
});
