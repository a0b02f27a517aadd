import { expect, it } from 'vitest';
import { underOneIntent } from '../../src/web/api/intents.ts';

it('R7: a write whose outcome is not known keeps its name when it is sent again, and gets a new one after an answer', async () => {
  const names: string[] = [];
  const lost = new Error('lost');
  const send = (sent: string, intent: string, fails: boolean) =>
    underOneIntent(
      sent,
      intent,
      async (name) => {
        names.push(name);
        if (fails) throw lost;
      },
      (error) => error === lost,
    ).catch(() => undefined);
  await send('a', 'first', true);
  await send('b', 'other', false);
  await send('a', 'second', true);
  await send('a', 'third', false);
  await send('a', 'fourth', false);
  expect(names).toEqual(['first', 'other', 'first', 'first', 'fourth']);
});
