import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isListedPassword } from '../../src/server/people/common-passwords.ts';

describe('the list of common passwords', () => {
  it('S10: takes one text of ten thousand for one of its own at most', () => {
    const texts = Array.from({ length: 50_000 }, (_, i) => createHash('sha256').update(`${i}`).digest('base64url'));
    expect(texts.filter(isListedPassword).length).toBeLessThanOrEqual(10);
    for (const word of ['liverpool', 'chelsea', '1q2w3e4r5t6y']) expect(isListedPassword(word)).toBe(true);
  });
});
