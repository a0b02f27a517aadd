const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64url without padding (RFC 4648 section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlAlphabet);
}

/** The bytes of unpadded base64url, or undefined: one byte string has exactly one accepted spelling. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  return decode(text, urlValues);
}

/** Base64 with padding (RFC 4648 section 4), as signed notes use it. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = encode(bytes, standardAlphabet);
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** The bytes of padded base64, or undefined: one byte string has exactly one accepted spelling. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text.slice(0, text.length - padding), standardValues);
}

const standardValues = valuesOf(standardAlphabet);
const urlValues = valuesOf(urlAlphabet);

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i += 1) values[alphabet.charCodeAt(i)] = i;
  return values;
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  let buffered = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffered = ((buffered << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet.charAt((buffered >> bits) & 63);
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((buffered << (6 - bits)) & 63);
}

function decode(text: string, values: Int8Array): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let buffered = 0;
  let bits = 0;
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = values[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    buffered = ((buffered << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length] = buffered >> bits;
      length += 1;
    }
  }
  // Bits that belong to no byte must be zero: otherwise a changed character could go unnoticed.
  return (buffered & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
