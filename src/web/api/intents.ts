/** The names of writes of which nobody knows whether they were done, by what was sent. In memory only. */
const open = new Map<string, string>();

const mostOpen = 100;

/**
 * Sends a write under its name. Where no answer came, or one that says that the outcome is not known, the same write
 * sent again goes under the same name, whoever sends it: so it acts once.
 */
export async function underOneIntent<Answer>(
  sent: string,
  intent: string,
  send: (intent: string) => Promise<Answer>,
  isUnknown: (error: unknown) => boolean,
): Promise<Answer> {
  const name = open.get(sent) ?? intent;
  open.delete(sent);
  try {
    return await send(name);
  } catch (error) {
    if (isUnknown(error) && open.size < mostOpen) open.set(sent, name);
    throw error;
  }
}
