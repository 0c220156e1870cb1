import { headerNames } from '../contract/headers.ts';

/** Header that tells the repetition of a write from the write. */
export function replayHeader(isReplay: boolean): Record<string, string> {
  return isReplay ? { [headerNames.idempotencyReplayed]: 'true' } : {};
}
