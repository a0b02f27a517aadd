import type { Page } from 'playwright-core';

const underWay = new WeakMap<Page, Set<unknown>>();

/** Counts the requests of a page from now on: `settled` waits for them. */
export function watchRequests(page: Page): void {
  const open = new Set<unknown>();
  underWay.set(page, open);
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => {
    // A script that has come is still to be run, and what it shows to be drawn.
    if (request.resourceType() === 'script') setTimeout(() => open.delete(request), 100);
    else open.delete(request);
  });
  page.on('requestfailed', (request) => open.delete(request));
}

/** In the page: whether nothing waits and nothing moves over two frames, once what moves now has come to rest. */
const isStill = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let changes = 0;
  const observer = new MutationObserver((seen) => (changes += seen.length));
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  await frame();
  await frame();
  const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
  const aSecond = new Promise((resolve) => setTimeout(resolve, 1000));
  await Promise.race([Promise.allSettled(moving.map((one) => one.finished)), aSecond]);
  const waits = document.querySelector('[aria-busy=true], tr[aria-hidden]') !== null;
  observer.disconnect();
  return moving.length === 0 && !waits && changes === 0;
})()`;

const mostRounds = 300;

/** Waits until a page neither asks for anything nor moves: no request under way, no transition, that often in a row. */
export async function settled(page: Page, times = 2): Promise<void> {
  const open = underWay.get(page);
  for (let quiet = 0, rounds = 0; quiet < times; rounds++) {
    if (rounds > mostRounds) throw new Error(`does not come to rest: ${page.url()}, ${open?.size} requests under way`);
    const still = await page.evaluate<boolean>(isStill);
    quiet = still && (open?.size ?? 0) === 0 ? quiet + 1 : 0;
  }
}

/** Opens an address: as a link within the application would, or anew where the page is another one or keeps a draft. */
export async function goTo(page: Page, path: string, { anew = false }: { anew?: boolean } = {}): Promise<void> {
  const isOpen = page.url().startsWith('http') && !new URL(page.url()).pathname.startsWith('/sign-in');
  if (isOpen && !anew)
    await page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
  else await page.goto(path);
  await settled(page);
}
