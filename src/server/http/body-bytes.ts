/** Some twenty kilobytes of a list of keys. */
const itemsAtOnce = 20;

/**
 * A body as bytes of JSON, a list piece by piece: a text of more than 65,536 letters that are not all of Latin-1 (masks
 * have dots) is too large for V8's ordinary memory, and the system gives and takes pages for it with each answer.
 */
export function bodyBytes(body: unknown): Buffer<ArrayBuffer> {
  if (!isList(body)) return Buffer.from(JSON.stringify(body));
  const { items, ...rest } = body;
  const pieces = [Buffer.from('{"items":[')];
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    const piece = JSON.stringify(items.slice(from, from + itemsAtOnce)).slice(1, -1);
    pieces.push(Buffer.from(from === 0 ? piece : `,${piece}`));
  }
  const end = JSON.stringify(rest).slice(1);
  pieces.push(Buffer.from(end === '}' ? ']}' : `],${end}`));
  return Buffer.concat(pieces);
}

function isList(body: unknown): body is { items: unknown[] } {
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);
}
