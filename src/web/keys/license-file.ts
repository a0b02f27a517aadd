import type { BodyInputOf } from '../../contract/endpoint.ts';
import type { createKey } from '../../contract/keys.ts';

/** What somebody gives as a license file: a file, or lines that they paste. */
export type GivenFile = { name: string; size: number; content: string } | { lines: string };

type Content = Pick<BodyInputOf<typeof createKey>, 'delivery' | 'licenseKey' | 'licenseFile'>;

/** Reads a file that was chosen. */
export async function givenFile(file: File): Promise<GivenFile> {
  const content = base64Of(new Uint8Array(await file.arrayBuffer()));
  return { name: file.name, size: file.size, content };
}

/** What a new key is delivered as, as the API takes it: of what was typed that which belongs to the chosen delivery. */
export function contentOf({ delivery, licenseKey, licenseFile }: Readonly<Record<string, unknown>>): Content {
  // The form has no other values in these fields.
  const given = licenseFile as GivenFile | null | undefined;
  switch (delivery) {
    case 'account':
      return { delivery };
    case 'file':
      return { delivery, ...(given && { licenseFile: bodyOf(given) }) };
    default:
      return typeof licenseKey === 'string' && licenseKey !== '' ? { licenseKey } : {};
  }
}

function bodyOf(given: GivenFile): NonNullable<Content['licenseFile']> {
  if ('lines' in given) return { content: base64Of(new TextEncoder().encode(given.lines)) };
  return { name: given.name, content: given.content };
}

/** Arguments of one call. */
const atOnce = 8192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += atOnce)
    text += String.fromCharCode(...bytes.subarray(from, from + atOnce));
  return btoa(text);
}
