import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, newDesk, screenOf, settled } from '../harness/desk.ts';
import { password } from '../harness/process.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk?.browser.close());

describe('what somebody has typed and not saved', () => {
  it('S19: is kept over the end of the own session, and met by nobody else who signs in there', async () => {
    await desk.newPerson('Theo Techniker', 'administrator', 'theo@nordwind.example');
    const page = await desk.signIn();
    page.on('dialog', (dialog) => dialog.accept());
    const { button, field } = screenOf(page);
    const address = `${desk.installation.server.url}/customers/new`;
    const name = () => settled(() => field('Name').inputValue());
    /** The session is over; whoever comes signs in where its owner was. */
    const signInAgain = async (email: string) => {
      await page.context().clearCookies();
      await page.goto(address);
      await page.locator('input[name=email]').fill(email);
      await page.locator('input[name=password]').fill(password);
      await button('Sign in').click();
      await page.waitForURL('**/customers/new');
    };
    await page.goto(address);
    await field('Name').fill('Takeover target');
    await page.reload();
    await name().toBe('Takeover target');
    await signInAgain('ada@nordwind.example');
    await name().toBe('Takeover target');
    await signInAgain('theo@nordwind.example');
    await field('Name').waitFor();
    expect(await field('Name').inputValue()).toBe('');
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('Takeover');
  });

  it('stays, with its form, where what is shown could not be read again', async () => {
    const key = await desk.newKey('STAYS', 'Staying Suite');
    const page = await desk.signIn();
    const { edit, field } = screenOf(page);
    await page.goto(`${desk.installation.server.url}/keys/${key.id}`);
    await edit();
    await field('Other').fill('Half a sentence');
    let refused = 0;
    page.on('response', (answer) => {
      if (answer.status() === 503) refused += 1;
    });
    await page.route(`**/api/v1/keys/${key.id}`, (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: { status: 503, code: 'unavailable' },
      }),
    );
    // Whoever comes back to the page has it read again, once it is older than a moment.
    await expect
      .poll(() => page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`).then(() => refused))
      .toBeGreaterThan(0);
    // Two frames, in which React would show what came.
    await page.evaluate('new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))');
    expect(await field('Other').inputValue()).toBe('Half a sentence');
  });
});
