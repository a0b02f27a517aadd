import { hash } from 'node:crypto';
import type { Sha256 } from '../../domain/audit/tree.ts';

/** SHA-256, as the log's pure parts take it. */
export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
