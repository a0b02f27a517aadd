import { type FieldError, invalid } from '../../domain/errors.ts';

/** No body of the contract is nested deeper than a handful. */
const deepest = 32;
/** A member of a body that somebody means takes this many bytes of its endpoint's limit, or more. */
const bytesOfMember = 16;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = [0x5b, 0x7b];
const closing = [0x5d, 0x7d];

/**
 * Refuses JSON that is nested too deep or has more members than its endpoint could mean, in one pass over the bytes and
 * before anything is made of them: what parsing and judging cost grows with both. Whether it is JSON is not judged.
 */
export function requireShape(bytes: Uint8Array, bodyLimit: number): void {
  const mostMembers = bodyLimit / bytesOfMember;
  let depth = 0;
  let members = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) isText = !isText;
    else if (isText) at += byte === backslash ? 1 : 0;
    else if (byte === comma) members += 1;
    else if (opening.includes(byte)) {
      depth += 1;
      members += 1;
      if (depth > deepest) throw refused('too_deep', `The body is nested deeper than ${deepest}.`);
    } else if (closing.includes(byte)) depth -= 1;
  }
  if (members > mostMembers) throw refused('too_many', `The body has more than ${mostMembers} members. Split it.`);
}

function refused(code: FieldError['code'], detail: string): Error {
  return invalid({ pointer: '', code, detail });
}
