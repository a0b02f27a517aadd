import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { noteRefusal, refusalCounts, tellCounts } from '../../src/server/http/refusal-log.ts';
import { openLog } from '../../src/server/log.ts';

describe('a flood of refusals', () => {
  it('S8: makes a thousand lines a minute at most, and all are counted', () => {
    const lines: Record<string, unknown>[] = [];
    const log = openLog('silent');
    Object.assign(log, { warn: (fields: Record<string, unknown>) => lines.push(fields) });
    let now = new Date('2026-11-21T09:00:00.000Z');
    const app = { config: readConfig({}), log, clock: () => now };
    const flood = (i: number) =>
      noteRefusal(app, {
        code: 'wrong_credentials',
        method: 'POST',
        path: '/session',
        address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
        requestId: 'x',
      });
    for (let i = 0; i < 50_000; i += 1) flood(i);
    flood(0);
    expect(lines).toHaveLength(1000);
    now = new Date('2026-11-21T09:01:01.000Z');
    tellCounts(app, now.getTime());
    expect(lines.slice(1000)).toMatchObject([{ address: '10.0.0.0', count: 1 }, { count: 49_000 }]);
    expect(refusalCounts(app).get('wrong_credentials')).toBe(50_001);
  });
});
