import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretComparison } from '../domain/origin-verifier.ts';

/**
 * Compares digests (SHA-256), which are all of one length: `timingSafeEqual` throws for others, and a shortcut for them
 * would tell how long the secret is.
 */
export const isSameSecret: SecretComparison = (one, other) => timingSafeEqual(digest(one), digest(other));

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
