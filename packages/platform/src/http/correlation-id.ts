import { limits } from '../contract/limits.ts';
import type { IdGenerator } from '../domain/clock.ts';

// Space to tilde: what a header may carry without an encoding, and what cannot break a line of a log.
const printableAscii = /^[\x20-\x7e]+$/;

/**
 * Chooses the correlation id of a request: the caller's when it is 1 to 128 printable ASCII characters, otherwise
 * a new one, so that an id is always safe to log and to send back.
 */
export function correlationId(received: string | undefined, newId: IdGenerator): string {
  const isUsable =
    received !== undefined &&
    received.length <= limits.correlationIdCharactersMax &&
    printableAscii.test(received);
  return isUsable ? received : newId();
}
