import type { Page, Response } from 'playwright-core';

/** What is the same in every language: names, keys, zones of time, what is typed into a terminal. */
const technical =
  /\b(Keybook|Deutsch|English|Ctrl [KS]|Esc|UTC|CES?T)\b|^code: (node )?keybook[ -].*|^code: [A-Z2-7]{4}( [A-Z2-7]{4})*$|[•-]*•-\w+/g;

/** What the server says in the language of the API, and its names for things: neither is what people have written. */
const saidByServer = ['detail', 'title', 'sentence', 'says'];
const isCode = (text: string): boolean => /^[a-z]+([A-Z_.][A-Za-z]+)*$/.test(text);

/** The texts of pages that come from no language: `typed` is what the test itself has written. */
export function foreignTexts(typed: readonly string[]) {
  /** What people have written, as the API has answered it. */
  const written = new Set(typed);
  const add = (text: string): void => {
    for (const line of [text, ...text.split('\n')]) written.add(line.replaceAll(/\s+/g, ' ').trim());
    // Of a masked license key the end may stand alone.
    if (text.includes('•')) written.add(text.slice(text.lastIndexOf('•') + 1).replaceAll(/[^\p{L}\p{N}]/gu, ''));
  };
  const collect = (answer: unknown, name = ''): void => {
    if (typeof answer === 'string' && (name === 'name' || !isCode(answer))) add(answer);
    if (name === 'name' && typeof answer === 'string') for (const word of answer.split(' ')) add(word);
    if (typeof answer !== 'object' || answer === null) return;
    for (const [member, value] of Object.entries(answer)) if (!saidByServer.includes(member)) collect(value, member);
  };
  const hearing = new Set<Promise<void>>();
  /** Where each text was seen first. */
  const seen = new Map<string, string>();
  return {
    /** Learns from now on what people have written, from what a page is answered. */
    listen(page: Page): void {
      page.on('response', (response: Response) => {
        if (!response.url().includes('/api/') || !response.headers()['content-type']?.includes('json')) return;
        // Of an answer that the page has given up there is nothing to read.
        const heard = response.json().then(
          (answer) => collect(answer),
          () => undefined,
        );
        heard.finally(() => hearing.delete(heard));
        hearing.add(heard);
      });
    },
    /** Takes what a page shows, once what it shows of the API has been heard. */
    async see(place: string, texts: readonly string[]): Promise<void> {
      await Promise.all(hearing);
      for (const text of texts) if (!seen.has(text)) seen.set(text, place);
    },
    found(): string[] {
      const long = [...written].filter((text) => text.length > 2).sort((a, b) => b.length - a.length);
      const isForeign = (text: string): boolean => {
        const plain = text.replace(/^\w+: /, '');
        if (!/[A-Za-z]/.test(plain) || written.has(plain)) return false;
        const rest = long.reduce((left, known) => left.replaceAll(known, ' '), text.replace(technical, ' '));
        // What is too short to be taken out of another text stands in a list.
        const parts = rest.replace(/^\w+: /, '').split(', ');
        return parts.some((part) => /[A-Za-z]/.test(part) && !written.has(part));
      };
      return [...seen].filter(([text]) => isForeign(text)).map(([text, place]) => `${place}: ${text}`);
    },
  };
}
