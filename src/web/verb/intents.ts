import { randomName } from '../api/random-name.ts';

/** The names of writes that nobody knows to be done, or not, by what was sent. In memory only. */
const open = new Map<string, string>();

const mostOpen = 100;

/**
 * Sends a write under a name of its own. Until an answer comes that says what became of it, the same write sent again
 * goes under the same name, whoever sends it: so it acts once. After an answer, and with another body, it is another.
 */
export async function underOneIntent<Answer>(
  sent: string,
  send: (intent: string) => Promise<Answer>,
  isUnknown: (error: unknown) => boolean,
): Promise<Answer> {
  const intent = open.get(sent) ?? randomName();
  if (open.size < mostOpen) open.set(sent, intent);
  try {
    const answer = await send(intent);
    open.delete(sent);
    return answer;
  } catch (error) {
    if (!isUnknown(error)) open.delete(sent);
    throw error;
  }
}

const files = new WeakMap<Blob, string>();

/** What is sent, as text: two writes with one such text are one intent. A file is told apart by being the same one. */
export function sentAs(parts: unknown): string {
  return JSON.stringify(parts, (_, value: unknown) => {
    if (!(value instanceof Blob)) return value;
    const name = files.get(value) ?? randomName();
    files.set(value, name);
    return name;
  });
}
