import type { Clock, PlatformClient, Random } from '@gsp/client';
import type { ItemKey } from '@gsp/platform/contract';

/** What the user sets. */
export interface StreamSettings {
  /** 1 to 20. */
  readonly requestsPerSecond: number;
  /** Part of the calls that write, 0 to 1. */
  readonly writeShare: number;
}

/** What a stream works with. */
export interface TrafficStreamOptions {
  readonly client: Pick<PlatformClient, 'writeItem' | 'getItem' | 'listItems'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Partition key under which it writes. */
  readonly pk: string;
  /** Hears of each call that did not succeed, but not of those that `stop` broke off. */
  readonly onFailure: (error: unknown) => void;
}

/** A gentle stream of calls, as an application would make them. */
export interface TrafficStream {
  /** Starts, or goes on with other settings. */
  start(settings: StreamSettings): void;
  /** Ends it, and the calls under way. */
  stop(): void;
  /** Reads no more what this region has acknowledged in its last seconds: it may be there and nowhere else. */
  forgetLatestOf(region: string): void;
}

interface WrittenItem {
  readonly key: ItemKey;
  readonly region: string;
  readonly atMs: number;
}

/** Bounds of what a page may send: enough to see a failover, too little to burden a region. */
export const streamBounds = { requestsPerSecondMin: 1, requestsPerSecondMax: 20 } as const;

const itemTtlSeconds = 600;
/** An item is read once it is this old, and so has had the time to reach every region. */
const readAfterMs = 5_000;
/**
 * What a region has acknowledged so shortly before it was lost may not have left it:
 *
 *     region       write ── acknowledged ── lost
 *     replication            └── on its way ──x         nowhere else until the region is back
 *     this stream                             └─ failover: not read any more
 *
 * A read of it carries the session and could be answered by nobody; that tells of replication, not of failover.
 */
const strandedMs = 10_000;
const keysMax = 16;
const inFlightMax = 60;
// A browser slows the timers of a hidden page down. What was missed then is not made up for in a burst.
const behindMaxMs = 1_000;

/** Brings settings into their bounds. */
export function boundedSettings({ requestsPerSecond, writeShare }: StreamSettings): StreamSettings {
  const { requestsPerSecondMin, requestsPerSecondMax } = streamBounds;
  return {
    requestsPerSecond: clamp(Math.round(requestsPerSecond), {
      min: requestsPerSecondMin,
      max: requestsPerSecondMax,
    }),
    writeShare: clamp(writeShare, { min: 0, max: 1 }),
  };
}

/** Makes a stream that does nothing yet. */
export function createTrafficStream({
  client,
  clock,
  random,
  pk,
  onFailure,
}: TrafficStreamOptions): TrafficStream {
  let written: readonly WrittenItem[] = [];
  let settings: StreamSettings = boundedSettings({ requestsPerSecond: 1, writeShare: 0 });
  let run: AbortController | null = null;
  let cancelTimer = (): void => undefined;
  let dueMs = 0;
  let count = 0;
  let inFlight = 0;

  const write = async (signal: AbortSignal): Promise<void> => {
    count += 1;
    const { item, answer } = await client.writeItem(
      { pk, data: { n: count }, ttlSeconds: itemTtlSeconds },
      { signal },
    );
    const made = { key: { pk: item.pk, sk: item.sk }, region: answer.region, atMs: clock.nowMs() };
    written = [...written, made].slice(-keysMax);
  };
  const read = async (signal: AbortSignal): Promise<void> => {
    const settled = written.filter(({ atMs }) => isReadable(clock.nowMs() - atMs));
    const chosen = settled[Math.floor(random() * settled.length)];
    await (chosen === undefined
      ? client.listItems({ pk, limit: 5 }, { signal })
      : client.getItem(chosen.key, { signal }));
  };
  const send = (signal: AbortSignal): void => {
    if (inFlight >= inFlightMax) return;
    inFlight += 1;
    const sent = random() < settings.writeShare ? write(signal) : read(signal);
    void sent
      .catch((error: unknown) => {
        if (!signal.aborted) onFailure(error);
      })
      .finally(() => {
        inFlight -= 1;
      });
  };
  const tick = (): void => {
    if (run === null) return;
    send(run.signal);
    const nowMs = clock.nowMs();
    dueMs = nowMs - dueMs > behindMaxMs ? nowMs : dueMs + 1_000 / settings.requestsPerSecond;
    cancelTimer = clock.setTimer(Math.max(0, dueMs - nowMs), tick);
  };

  return {
    start: (wanted) => {
      settings = boundedSettings(wanted);
      if (run !== null) return;
      run = new AbortController();
      dueMs = clock.nowMs();
      tick();
    },
    stop: () => {
      cancelTimer();
      run?.abort();
      run = null;
    },
    forgetLatestOf: (region) => {
      const sinceMs = clock.nowMs() - strandedMs;
      written = written.filter((made) => made.region !== region || made.atMs < sinceMs);
    },
  };
}

function isReadable(ageMs: number): boolean {
  return ageMs >= readAfterMs && ageMs < (itemTtlSeconds / 2) * 1_000;
}

function clamp(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : min;
}
