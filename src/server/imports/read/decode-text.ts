import { isUtf8 } from 'node:buffer';
import { refused } from '../plan/refused.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const pieceBytes = 64 * 1024;

/**
 * The text of a file in pieces, without a byte order mark, its line ends `\n`. UTF-16 is read by its mark or where its
 * zeros show it, UTF-8 where it is valid, and what is neither as Windows-1252. Refuses (`RefusedFile`), at its line,
 * text that is broken in its encoding, and NUL.
 */
export function* decodedPieces(bytes: Buffer): Generator<string> {
  const encoding = encodingOf(bytes);
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let kept = '';
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const isLast = from + pieceBytes >= bytes.length;
    const raw = kept + decode(decoder, bytes.subarray(from, from + pieceBytes), isLast, line);
    // The other half of \r\n may come with the next piece.
    kept = raw.endsWith('\r') && !isLast ? '\r' : '';
    const text = (kept ? raw.slice(0, -1) : raw).replace(/\r\n?/g, '\n');
    judgeText(text, encoding, line);
    line += linesIn(text);
    yield text;
  }
}

function encodingOf(bytes: Buffer): Encoding {
  const mark = bytes.subarray(0, 3).toString('latin1');
  if (mark.startsWith('\xff\xfe')) return 'utf-16le';
  if (mark.startsWith('\xfe\xff')) return 'utf-16be';
  const wide = unmarkedUtf16(bytes);
  if (wide) return wide;
  if (isUtf8(bytes)) return 'utf-8';
  // A mark says UTF-8, and so does an Ã with a sign behind it, which nobody writes: then some of it is broken.
  if (mark === '\xef\xbb\xbf' || /\xc3[\x80-\xbf]/.test(bytes.toString('latin1')))
    throw refused(firstBadLine(bytes), 'not_utf8', 'This is not UTF-8, but the rest is. Save the file as "CSV UTF-8".');
  return 'windows-1252';
}

/** Latin letters in UTF-16 have a zero as their other byte, and no text has zeros for another reason. */
function unmarkedUtf16(bytes: Buffer): Encoding | undefined {
  const head = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (bytes.length % 2 !== 0 || head.length < 4) return undefined;
  if (even === 0 && odd > head.length * 0.3) return 'utf-16le';
  if (odd === 0 && even > head.length * 0.3) return 'utf-16be';
  return undefined;
}

function decode(decoder: InstanceType<typeof TextDecoder>, piece: Buffer, isLast: boolean, line: number): string {
  try {
    return decoder.decode(piece, { stream: !isLast });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const detail = `From here on, within the next lines, the file is broken ${decoder.encoding.toUpperCase()}. Save it as "CSV UTF-8".`;
    throw refused(line, 'encoding', detail);
  }
}

function judgeText(text: string, encoding: Encoding, line: number): void {
  const at = (pattern: RegExp): number | undefined => {
    const index = text.search(pattern);
    return index < 0 ? undefined : line + linesIn(text.slice(0, index));
  };
  const nul = at(/\0/);
  if (nul !== undefined) throw refused(nul, 'nul', 'There is a NUL character: this is no text file.');
  // Five bytes mean nothing in Windows-1252; they are decoded as control characters.
  const unknown = encoding === 'windows-1252' ? at(/[\x80-\x9f]/) : undefined;
  if (unknown !== undefined)
    throw refused(unknown, 'encoding', 'This is neither UTF-8 nor Windows-1252. Save the file as "CSV UTF-8".');
}

/** Many lines are judged at once: a file of empty lines has fifty million. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  let from = 0;
  const endOf = (least: number): number => bytes.indexOf('\n', least) + 1 || bytes.length;
  for (let end = endOf(pieceBytes); isUtf8(bytes.subarray(from, end)); end = endOf(from + pieceBytes)) {
    if (end === bytes.length) return line;
    line += lineEnds(bytes.subarray(from, end));
    from = end;
  }
  for (let end = endOf(from); isUtf8(bytes.subarray(from, end)) && end < bytes.length; end = endOf(from)) {
    line += 1;
    from = end;
  }
  return line;
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 10) count += 1;
  return count;
}

/** How many line ends a text has. */
export function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
