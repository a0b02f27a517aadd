import type { Page } from 'playwright-core';

/**
 * Lets the next requests that write to an address reach the server and loses the answers to the first of them. Answers
 * the names under which they were sent, which grow as they are.
 */
export async function loseAnswers(page: Page, path: string, lost: number): Promise<(string | undefined)[]> {
  const sent: (string | undefined)[] = [];
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      if (route.request().method() === 'GET') return route.fallback();
      sent.push((await route.request().allHeaders())['idempotency-key']);
      const answer = await route.fetch();
      return sent.length <= lost ? route.abort('connectionreset') : route.fulfill({ response: answer });
    },
  );
  return sent;
}
