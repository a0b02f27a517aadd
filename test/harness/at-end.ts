const cleanUps: (() => unknown)[] = [];

/**
 * Has something done after the test file, the latest first; from a test as well, where a hook of vitest would never be
 * called.
 */
export function atEnd(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp);
}

/** Does what was asked for until now. */
export async function cleanUp(): Promise<void> {
  for (let next = cleanUps.pop(); next; next = cleanUps.pop()) await next();
}
