import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Argon2id in the least memory it takes and one pass: at its real cost, which is there to be felt, hashing is most of
 * what a small test does. Programs that tests start hash alike (packed-program.ts), but for those of the README.
 */
const least = { memory: 8, passes: 1 };
const { argon2, argon2Sync } = crypto;
let isQuick = true;

type Parameters = crypto.Argon2Parameters;

/** Figures that differ make tags that differ, as they do. */
function quick(given: Parameters): Parameters {
  if (!isQuick) return given;
  const { memory, passes, parallelism } = given;
  return { ...given, ...least, parallelism: 1, associatedData: Buffer.from(`${memory} ${passes} ${parallelism}`) };
}

Object.assign(crypto, {
  argon2: ((algorithm, parameters, done) => argon2(algorithm, quick(parameters), done)) satisfies typeof argon2,
  argon2Sync: ((algorithm, parameters) => argon2Sync(algorithm, quick(parameters))) satisfies typeof argon2Sync,
});
syncBuiltinESMExports();

/** Does something while passwords are hashed at their real cost: one made so fits only so. */
export async function atFullCost<T>(work: () => Promise<T>): Promise<T> {
  isQuick = false;
  try {
    return await work();
  } finally {
    isQuick = true;
  }
}
