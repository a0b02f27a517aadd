import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import { networkOf } from './network-of.ts';

/** Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet); the figures stand in each hash. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

/** So many at a time, so that sign-ins leave the processor to others; more than the queue takes are refused. */
const atOnce = 2;
const longestQueue = 100;
/** Of one person, and of a network before anybody is known, which may be that of many people. */
const mostOfPerson = 2;
const mostOfNetwork = 10;
let running = 0;
const waiting: { asker: string | undefined; go: () => void }[] = [];

/** Who waits for a password: a person, or an address before anybody is known; on the server's own machine neither. */
type Asker = { actor?: { id: string }; address: string | undefined };

async function derive(asker: Asker, ...work: Parameters<typeof deriveNow>): Promise<Buffer> {
  // Whoever ends hands its place on, so that the count stays.
  if (running >= atOnce) await turnOf(asker);
  else running += 1;
  try {
    return await deriveNow(...work);
  } finally {
    const next = waiting.shift();
    if (next) next.go();
    else running -= 1;
  }
}

/** Waits behind the others. Refuses where the queue is full, and whoever has enough in it: it is everybody's. */
function turnOf({ actor, address }: Asker): Promise<void> {
  if (waiting.length >= longestQueue)
    throw new AppError('busy', 'Too many people sign in at this moment. Try again shortly.');
  const asker = actor?.id ?? (address === undefined ? undefined : networkOf(address));
  const before = asker === undefined ? 0 : waiting.filter((other) => other.asker === asker).length;
  if (before >= (actor ? mostOfPerson : mostOfNetwork))
    throw new AppError('too_many_requests', 'Other passwords from here are looked at first. Try again shortly.', [], {
      retryAfterSeconds: 1,
    });
  return new Promise((resolve) => waiting.push({ asker, go: resolve }));
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
export async function hashPassword(password: string, asker: Asker): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(asker, password, nonce, cost);
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
export async function passwordFits(password: string, stored: string | null, asker: Asker): Promise<boolean> {
  const [, memory, passes, parallelism, nonce, tag] = (stored ?? nobody).split('$');
  const expected = Buffer.from(tag ?? '', 'base64url');
  const figures = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(asker, password, Buffer.from(nonce ?? '', 'base64url'), figures);
  return actual.length === expected.length && timingSafeEqual(actual, expected) && stored !== null;
}

/** Whether a hash was made at another cost than hashes are made at now. */
export function isOutdated(stored: string | null): boolean {
  const { memory, passes, parallelism } = cost;
  return stored !== null && !stored.startsWith(`argon2id$${memory}$${passes}$${parallelism}$`);
}
