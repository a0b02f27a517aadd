import { expect, it } from 'vitest';
import { sentAs, underOneIntent } from '../../src/web/verb/intents.ts';

it('R7: a write whose outcome is not known keeps its name when it is sent again, and gets a new one after an answer', async () => {
  const names: string[] = [];
  const lost = new Error('lost');
  const send = (sent: string, fails: boolean) =>
    underOneIntent(
      sent,
      async (name) => {
        names.push(name);
        if (fails) throw lost;
      },
      (error) => error === lost,
    ).catch(() => undefined);
  await send('a', true);
  await send('b', false);
  await send('a', true);
  await send('a', false);
  await send('a', false);
  const [first, other, second, third, fourth] = names;
  expect([second, third]).toEqual([first, first]);
  expect(new Set([first, other, fourth]).size).toBe(3);
});

it('R7: what is sent twice at one time goes under one name', async () => {
  const names: string[] = [];
  const send = () =>
    underOneIntent(
      'pressed twice',
      async (name) => names.push(name),
      () => false,
    );
  await Promise.all([send(), send()]);
  expect(new Set(names).size).toBe(1);
});

it('R7: a file is told apart by being the same one', () => {
  const [one, other] = [new File(['a'], 'keys.csv'), new File(['a'], 'keys.csv')];
  expect(sentAs({ file: one })).toBe(sentAs({ file: one }));
  expect(sentAs({ file: one })).not.toBe(sentAs({ file: other }));
});
