import { hash } from 'node:crypto';
import type { Sha256 } from '../../domain/audit/tree.ts';

/** SHA-256, as the log's pure parts take it. By way of a string of bytes Node is three times as fast as at once. */
export const sha256: Sha256 = (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
