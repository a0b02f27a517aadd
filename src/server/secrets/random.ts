import { randomBytes } from 'node:crypto';

const poolSize = 8192;
const largestFromPool = 64;

/** Random bytes from the system, fetched by the pool: salts and ids are many and small. What is given out is wiped. */
export function pooledRandomBytes(): (count: number) => Buffer {
  let pool = Buffer.alloc(0);
  return (count) => {
    if (count > largestFromPool) return randomBytes(count);
    if (pool.length < count) pool = randomBytes(poolSize);
    const taken = Buffer.from(pool.subarray(0, count));
    pool.fill(0, 0, count);
    pool = pool.subarray(count);
    return taken;
  };
}
