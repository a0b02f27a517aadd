import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { AppError } from '../../domain/errors.ts';

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The opened secrets of one installation. Nothing here is ever logged or answered. */
export type Vault = {
  /** Encrypts a license key for the row `id`; the text opens only there. */
  seal(text: string, id: string): string;
  /** Opens what `seal` made. Throws `key_unreadable` if it was made for another row or was changed. */
  open(cipher: string, id: string): string;
  /** Encrypts bytes that are no license key (an uploaded file) under their own purpose. */
  sealBytes(bytes: Buffer, purpose: string): string;
  openBytes(cipher: string, purpose: string): Buffer;
  /** Keyed hash of a strict or loose form, by which a key is found. */
  hash(form: 'strict' | 'loose', text: string): string;
  /** Keyed fingerprint of other bytes, such as a request body. */
  mac(purpose: string, bytes: Uint8Array | string): string;
  /** Signs a checkpoint (Ed25519). */
  sign(message: Uint8Array): Buffer;
  /** What its signatures are checked with, as 32 bytes. */
  signsAs: Uint8Array;
  /** Proves that an entry of the log was written here: over the bytes of its header. */
  tag(header: string): string;
  /** What is stored of a session token, API token, setup token or recovery code, given its SHA-256. */
  credentialMac(kind: CredentialKind, sha256: string): string;
  /** Proves that a row of this kind was written here with these values, in this order. */
  sealRow(kind: string, values: readonly SealedValue[]): string;
  /** Stands for a secret where it is to be compared and never read: equal ones have equal digests. */
  digest(kind: string, secret: string): string;
};

export type SealedValue = string | number | null;
export type CredentialKind = 'session' | 'token' | 'setup' | 'recovery';

export type VaultSecrets = {
  /** Data keys by id; the first is the one that encrypts. */
  dataKeys: { id: string; key: Buffer }[];
  indexKey: Buffer;
  /** 32-byte Ed25519 seed. */
  signingSeed: Buffer;
  /** Proves who wrote rows and entries: one secret, so that a state's rows never fit the log of another. */
  sealKey: Buffer;
  /** Outlives the seal key: what it made stands in rows and entries for good. */
  digestKey: Buffer;
};

/** How a ciphertext was made: `v1` with the key itself, `v2` with one derived from it for a single use. */
type Format = 'v1' | 'v2';

/** AES-256-GCM with a random 96-bit nonce: `<format>.<data key id>.<nonce>.<ciphertext and tag>`, base64url. */
export function encrypt(key: KeyObject, keyId: string, plain: Buffer, context: string, format: Format = 'v1'): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${format}.${keyId}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
}

/** Opens what `encrypt` made; `undefined` when key, context or bytes do not fit. */
export function decrypt(
  keyOf: (id: string, format: Format) => KeyObject | undefined,
  sealed: string,
  context: string,
): Buffer | undefined {
  const [format, keyId, nonce, body] = sealed.split('.');
  if ((format !== 'v1' && format !== 'v2') || keyId === undefined) return undefined;
  const key = keyOf(keyId, format);
  if (key === undefined || nonce === undefined || body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < 16) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  } catch {
    // The only failure here is a tag that does not fit: another row, another key, or changed bytes.
    return undefined;
  }
}

/** The Ed25519 private key of a 32-byte seed. */
export function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

/** The public half of the key a seed makes, as 32 bytes. */
export function publicKeyOf(seed: Buffer): Uint8Array {
  return createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** A key for one use, made from one that has several (HKDF-SHA-256). */
function derived(key: Buffer, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', use, 32)));
}

/** HMAC-SHA-256 of a text under a key and for a use of its own, base64url. */
function keyed(key: Buffer, use: string): (text: string) => string {
  const object = createSecretKey(key);
  return (text) => createHmac('sha256', object).update(`${use}\0${text}`).digest('base64url');
}

const mostRemembered = 1000;

/** The same, which knows its last answers: an entry is read again by those that follow it. */
function remembering(mac: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const answer = known.get(text) ?? mac(text);
    if (known.size >= mostRemembered) known.clear();
    known.set(text, answer);
    return answer;
  };
}

/** The same over several values: JSON keeps them apart, whatever stands in them. */
function overValues(mac: (text: string) => string): (kind: string, values: readonly SealedValue[]) => string {
  return (kind, values) => mac(JSON.stringify([kind, ...values]));
}

/** Makes the vault from opened secrets. */
export function openVault(secrets: VaultSecrets): Vault {
  const { dataKeys, indexKey, signingSeed, sealKey, digestKey } = secrets;
  // Key objects are made once: with plain bytes every use would cost five times as much.
  const dataObjects = dataKeys.map(({ id, key }) => ({
    id,
    v1: createSecretKey(key),
    texts: derived(key, 'keybook license keys v2'),
    bytes: derived(key, 'keybook bytes v2'),
  }));
  const current = dataObjects[0];
  if (!current) throw new Error('a vault needs a data key');
  const hashKey = createSecretKey(indexKey);
  const macKey = derived(indexKey, 'keybook mac v1');
  const signer = privateKeyOf(signingSeed);
  const credentialMac = overValues(keyed(digestKey, 'keybook-credential-v1'));
  const sealRow = overValues(keyed(sealKey, 'keybook-row-seal-v1'));
  const digestOf = overValues(keyed(digestKey, 'keybook-digest-v1'));
  const open = (use: 'texts' | 'bytes', cipher: string, context: string): Buffer => {
    const keyOf = (id: string, format: Format): KeyObject | undefined =>
      dataObjects.find((entry) => entry.id === id)?.[format === 'v1' ? 'v1' : use];
    const plain = decrypt(keyOf, cipher, context);
    if (plain) return plain;
    throw new AppError(
      'key_unreadable',
      'The stored text cannot be opened: it was changed outside Keybook, or belongs to another record. Restore it from a backup, or replace the key.',
    );
  };
  return {
    seal: (text, id) => encrypt(current.texts, current.id, Buffer.from(text), `sk|v1|${id}`, 'v2'),
    open: (cipher, id) => open('texts', cipher, `sk|v1|${id}`).toString(),
    sealBytes: (bytes, purpose) => encrypt(current.bytes, current.id, bytes, `bytes|v1|${purpose}`, 'v2'),
    openBytes: (cipher, purpose) => open('bytes', cipher, `bytes|v1|${purpose}`),
    hash: (form, text) => createHmac('sha256', hashKey).update(`${form}|${text}`).digest('base64url'),
    mac: (purpose, bytes) => createHmac('sha256', macKey).update(`${purpose}|`).update(bytes).digest('base64url'),
    sign: (message) => sign(null, message, signer),
    signsAs: publicKeyOf(signingSeed),
    tag: remembering(keyed(sealKey, 'keybook-entry-tag-v1')),
    credentialMac: (kind, hash) => credentialMac(kind, [hash]),
    sealRow,
    digest: (kind, secret) => digestOf(kind, [secret]),
  };
}
