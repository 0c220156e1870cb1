import { useState } from 'react';
import { usePoll } from './use-poll.ts';

/** The time in milliseconds since the epoch, anew every `everyMs`, for what says how long ago something was. */
export function useNow(everyMs = 1_000): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  usePoll(async () => setNowMs(Date.now()), { everyMs });
  return nowMs;
}
