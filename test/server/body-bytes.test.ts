import { afterEach, expect, test, vi } from 'vitest';
import { bodyBytes } from '../../src/server/http/body-bytes.ts';

afterEach(() => vi.restoreAllMocks());

const item = (i: number) => ({ id: i, maskedKey: '•••••-•••••-12345', remarks: 'x'.repeat(900) });
const listOf = (count: number) => Array.from({ length: count }, (_, i) => item(i));

test.each([0, 1, 19, 20, 21, 80, 200])('T1: a list of %i items is answered as JSON would write it', (count) => {
  for (const body of [
    { items: listOf(count), total: count, nextCursor: null },
    { items: listOf(count) },
    { items: listOf(count), nothing: undefined },
  ])
    expect(bodyBytes(body).toString()).toBe(JSON.stringify(body));
});

test('T1: so is what is no list, and what only calls itself one', () => {
  for (const body of [{ id: 1 }, [1, '•'], { items: undefined, groups: [], total: 0 }, { items: 'none' }])
    expect(bodyBytes(body).toString()).toBe(JSON.stringify(body));
});

test('T1: no page is made as one text that is too large for ordinary memory', () => {
  const stringify = vi.spyOn(JSON, 'stringify');
  bodyBytes({ items: listOf(200), total: 200, nextCursor: null });
  const lengths = stringify.mock.results.map(({ value }) => String(value).length);
  expect(Math.max(...lengths)).toBeLessThan(65_536);
});
