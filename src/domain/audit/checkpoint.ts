import { decodeBase64, encodeBase64 } from './base64.ts';
import { type Sha256, sameBytes } from './tree.ts';

/** One signature line of a note. `keyId` is the four bytes that tell the signer's key. */
type NoteSignature = { name: string; keyId: Uint8Array; signature: Uint8Array };

/** A parsed checkpoint; `body` is the text that was signed. */
export type Checkpoint = { body: string; origin: string; size: number; root: Uint8Array; signatures: NoteSignature[] };

/** The public half of a log's signing key, with the name it signs under. */
export type VerifierKey = { name: string; keyId: Uint8Array; publicKey: Uint8Array };

const encoder = new TextEncoder();
const ed25519 = 0x01;
/** A key name has no space and no plus (C2SP signed-note). */
const namePattern = /^[^\s+\p{Cc}]+$/u;
const bodyPattern = /^([^\n\p{Cc}]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/=]{44})\n$/u;
const signaturePattern = /^— (\S+) ([A-Za-z0-9+/=]+)$/u;
const verifierKeyPattern = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;

/** The text of a checkpoint that is signed (C2SP tlog-checkpoint): origin, size and root, a line each. */
export function checkpointBody(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** The four bytes that tell an Ed25519 key in a signature line (C2SP signed-note). */
function signatureKeyId(sha: Sha256, name: string, publicKey: Uint8Array): Uint8Array {
  return sha(joinBytes(encoder.encode(`${name}\n`), Uint8Array.of(ed25519), publicKey)).slice(0, 4);
}

/** The signed note: the body, an empty line, and one signature line. `signature` is over the body's UTF-8 bytes. */
export function formatCheckpoint(body: string, name: string, keyId: Uint8Array, signature: Uint8Array): string {
  return `${body}\n— ${name} ${encodeBase64(joinBytes(keyId, signature))}\n`;
}

/** The checkpoint a note holds, or undefined if one character of it is out of form. Signatures are not checked here. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  const end = note.indexOf('\n\n') + 1;
  const body = note.slice(0, end);
  const match = bodyPattern.exec(body);
  if (match === null || !note.isWellFormed() || !note.endsWith('\n')) return undefined;
  const [, origin = '', sizeText = '', rootText = ''] = match;
  const size = Number(sizeText);
  const root = decodeBase64(rootText);
  const lines = note.slice(end + 1, -1).split('\n');
  const signatures = lines.map(parseSignature).filter((signature) => signature !== undefined);
  if (root?.length !== 32 || !Number.isSafeInteger(size) || signatures.length !== lines.length) return undefined;
  return { body, origin, size, root, signatures };
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name = '', text = ''] = signaturePattern.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (bytes === undefined || bytes.length <= 4 || !namePattern.test(name)) return undefined;
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** `name+hash+key`, the form a verifier is handed a public key in (C2SP signed-note). */
export function encodeVerifierKey(sha: Sha256, name: string, publicKey: Uint8Array): string {
  const hash = Array.from(signatureKeyId(sha, name, publicKey), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${name}+${hash}+${encodeBase64(joinBytes(Uint8Array.of(ed25519), publicKey))}`;
}

/** The key such a text spells, or undefined if its form, its kind or its hash is wrong. */
export function decodeVerifierKey(sha: Sha256, text: string): VerifierKey | undefined {
  const [, name = '', , keyText = ''] = verifierKeyPattern.exec(text) ?? [];
  const bytes = decodeBase64(keyText);
  if (bytes?.length !== 33 || bytes[0] !== ed25519 || !namePattern.test(name)) return undefined;
  const publicKey = bytes.slice(1);
  if (encodeVerifierKey(sha, name, publicKey) !== text) return undefined;
  return { name, keyId: signatureKeyId(sha, name, publicKey), publicKey };
}

/** The signature on a checkpoint that claims to be by this key, if there is one. */
export function signatureBy(checkpoint: Checkpoint, key: VerifierKey): Uint8Array | undefined {
  return checkpoint.signatures.find(({ name, keyId }) => name === key.name && sameBytes(keyId, key.keyId))?.signature;
}

function joinBytes(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
