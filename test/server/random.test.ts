import { expect, it } from 'vitest';
import { pooledRandomBytes } from '../../src/server/secrets/random.ts';

it('security 28: pooled random bytes are never given out twice, nor wiped under whoever has them', () => {
  const random = pooledRandomBytes();
  const taken = Array.from({ length: 2000 }, (_, i) => random((i % 48) + 16));
  const texts = taken.map((bytes) => bytes.toString('hex'));
  expect(new Set(texts.map((text) => text.slice(0, 32))).size).toBe(taken.length);
  expect(taken.map((bytes) => bytes.length)).toEqual(taken.map((_, i) => (i % 48) + 16));
  expect(taken.some((bytes) => bytes.every((byte) => byte === 0))).toBe(false);
  expect(random(1000).length).toBe(1000);
});
