import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';

/** Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet); the figures stand in each hash. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

/** So many at a time, so that sign-ins leave the processor to others; more than the queue takes are refused. */
const atOnce = 2;
const longestQueue = 100;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(...work: Parameters<typeof deriveNow>): Promise<Buffer> {
  if (waiting.length >= longestQueue)
    throw new AppError('busy', 'Too many people sign in at this moment. Try again shortly.');
  // Whoever ends hands its place on, so that the count stays.
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await deriveNow(...work);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function deriveNow(password: string, nonce: Buffer, { memory, passes, parallelism }: typeof cost): Promise<Buffer> {
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

/** Whether a hash was made at another cost than hashes are made at now. */
export function isOutdated(stored: string | null): boolean {
  const { memory, passes, parallelism } = cost;
  return stored !== null && !stored.startsWith(`argon2id$${memory}$${passes}$${parallelism}$`);
}
