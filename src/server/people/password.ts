import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet); the figures stand in each hash. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

function derive(password: string, nonce: Buffer, { memory, passes, parallelism }: typeof cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const message = password.normalize('NFC');
    argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    );
  });
}

/** The hash to store for a password: `argon2id$memory$passes$parallelism$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce, cost);
  return [
    'argon2id',
    cost.memory,
    cost.passes,
    cost.parallelism,
    nonce.toString('base64url'),
    tag.toString('base64url'),
  ].join('$');
}

const nobody = `argon2id$${cost.memory}$${cost.passes}$${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Whether a password fits its stored hash; without a hash it takes as long and does not fit. */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, nonce, tag] = (stored ?? nobody).split('$');
  const expected = Buffer.from(tag ?? '', 'base64url');
  const figures = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(password, Buffer.from(nonce ?? '', 'base64url'), figures);
  return actual.length === expected.length && timingSafeEqual(actual, expected) && stored !== null;
}
