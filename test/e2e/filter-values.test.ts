import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, newDesk, type Screen, screenOf, settled } from '../harness/desk.ts';

let desk: Desk;
let page: Page;
let screen: Screen;
const open = (path: string) => page.goto(desk.installation.server.url + path);

beforeAll(async () => {
  desk = await newDesk();
  page = await desk.signIn();
  screen = screenOf(page);
  for (const [tail, userName] of [
    ['AAAA1', 'Berg, Anna'],
    ['AAAA2', 'Berg, Anna'],
    ['AAAA3', 'Berg'],
    ['AAAA4', ''],
  ] as const) {
    const key = await desk.newKey(tail, 'Suite, Pro');
    if (userName !== '') await desk.post(`/keys/${key.id}/assignments`, { userName });
  }
});
afterAll(() => desk?.browser.close());

describe('values with a comma in the browser', () => {
  it('S21: two keys of "Berg, Anna" are a group of two rows, and a list of two rows', async () => {
    await open('/keys?groupBy=userName');
    const group = page.getByRole('button', { name: /^Berg, Anna/ });
    await group.click();
    await settled(() =>
      page
        .locator('tbody tr')
        .filter({ hasText: /AAAA[12]/ })
        .count(),
    ).toBe(2);
    await page.getByRole('button', { name: /^Show only these/ }).click();
    await screen.rowCount().toBe(2);
    await settled(() => page.getByRole('main').textContent()).toContain('Berg, Anna');
    await page.reload();
    await screen.rowCount().toBe(2);
  });

  it('S21: a ticked value with a comma is one value, beside another, in a view and in a file', async () => {
    await open('/keys');
    await screen.filter('User Name', 'Berg, Anna');
    await screen.rowCount().toBe(2);
    await screen.filter('User Name', 'Berg');
    await screen.rowCount().toBe(3);
    const { items } = await desk.get(`/keys?${new URL(page.url()).searchParams}`);
    expect(items).toHaveLength(3);
    const answer = await page.request.get(
      `${desk.installation.server.url}/api/v1/keys/export?format=csv&${new URL(page.url()).searchParams}`,
    );
    expect((await answer.text()).trim().split('\n')).toHaveLength(4);
  });

  it('S21: an address of before without escapes means what it meant', async () => {
    await open('/keys?userName=Berg,Nobody');
    await screen.rowCount().toBe(1);
  });
});
