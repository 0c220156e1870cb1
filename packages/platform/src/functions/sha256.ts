import { createHash } from 'node:crypto';
import type { Sha256 } from '../domain/digest.ts';

/** SHA-256 as Node.js computes it. */
export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');
