import { useEffect, useRef } from 'react';
import { pageEnvironment } from './page-environment.ts';
import { startPolling } from './poll-loop.ts';

/** How often to ask, and until when. */
export interface UsePollOptions {
  /** From the end of one round to the start of the next, in milliseconds. */
  readonly everyMs: number;
  /** After failures the wait doubles up to this. @default - eight times `everyMs` */
  readonly everyMsMax?: number;
  /** Ends the loop before the component does. @default - the component's end alone ends it */
  readonly signal?: AbortSignal;
  /** @default true */
  readonly isEnabled?: boolean;
}

/**
 * Calls `round` at once and then every `everyMs` while the component is there and the page can be seen, one round at a
 * time. A round that rejects makes the next ones rarer. The latest `round` is called, so it may close over props.
 */
export function usePoll(
  round: (signal: AbortSignal) => Promise<void>,
  { everyMs, everyMsMax, signal, isEnabled = true }: UsePollOptions,
): void {
  const latest = useRef(round);
  useEffect(() => {
    latest.current = round;
  });
  useEffect(() => {
    if (!isEnabled) return;
    const end = new AbortController();
    startPolling((during) => latest.current(during), {
      everyMs,
      ...(everyMsMax === undefined ? {} : { everyMsMax }),
      signal: signal === undefined ? end.signal : AbortSignal.any([end.signal, signal]),
      environment: pageEnvironment,
    });
    return () => end.abort();
  }, [everyMs, everyMsMax, signal, isEnabled]);
}
