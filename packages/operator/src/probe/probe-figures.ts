import type { AttemptEvent, CallEvent, PlatformClient } from '@gsp/client';
import { EventTally, emptyTally, isFailed, type RegionTally } from './event-tally.ts';
import type { LagSighting, ProbeSnapshot, RegionSnapshot } from './probe-snapshot.ts';

/** What a probe's figures are taken from. */
export interface FiguresOptions {
  readonly client: Pick<PlatformClient, 'on' | 'regions'>;
  /** With `global` the client asks one name, and has a view of that. */
  readonly endpoint: 'regional' | 'global';
  readonly lag: () => readonly LagSighting[];
  /** Longest span that is asked for, but for the whole run, in milliseconds. */
  readonly spanMsMax: number;
  readonly nowMs: () => number;
}

/** An event, to be counted again as long as it is among the latest. */
interface Noted {
  readonly atMs: number;
  readonly addTo: (tally: EventTally) => void;
}

/** Listens to a client and sums up what it tells: over the latest seconds, and over the whole run. */
export class ProbeFigures {
  readonly #options: FiguresOptions;
  readonly #startedAtMs: number;
  readonly #whole: EventTally;
  readonly #unsubscribe: readonly (() => void)[];
  #latest: Noted[] = [];
  #latestFailure: string | null = null;

  constructor(options: FiguresOptions) {
    const { client, endpoint, nowMs } = options;
    this.#options = options;
    this.#startedAtMs = nowMs();
    this.#whole = new EventTally(endpoint);
    this.#unsubscribe = [
      client.on('attempt', (event: AttemptEvent) => this.#note((tally) => tally.addAttempt(event))),
      client.on('call', (event: CallEvent) => {
        this.#note((tally) => tally.addCall(event));
        if (isFailed(event)) this.#latestFailure = `${event.operation}, ${event.reason ?? 'no reason given'}`;
      }),
      client.on('failover', () => this.#note((tally) => tally.addFailover())),
    ];
  }

  /** What failed last, and why; null as long as nothing did. */
  get latestFailure(): string | null {
    return this.#latestFailure;
  }

  /** The latest milliseconds. */
  latest(spanMs: number): ProbeSnapshot {
    const nowMs = this.#options.nowMs();
    this.#latest = this.#latest.filter(({ atMs }) => atMs > nowMs - this.#options.spanMsMax);
    const tally = new EventTally(this.#options.endpoint);
    for (const { atMs, addTo } of this.#latest) if (atMs > nowMs - spanMs) addTo(tally);
    return this.#snapshot(tally, spanMs);
  }

  /** The whole run. */
  whole(): ProbeSnapshot {
    return this.#snapshot(this.#whole, Number.POSITIVE_INFINITY);
  }

  /** Listens no more. */
  close(): void {
    for (const end of this.#unsubscribe) end();
  }

  #note(addTo: Noted['addTo']): void {
    addTo(this.#whole);
    this.#latest.push({ atMs: this.#options.nowMs(), addTo });
  }

  #snapshot(tally: EventTally, spanMs: number): ProbeSnapshot {
    const { calls, failed, behind, requests, failovers } = tally;
    const elapsedMs = this.#options.nowMs() - this.#startedAtMs;
    const views = this.#options.client.regions();
    // By name, so that no line jumps when another region becomes the preferred one.
    const names = [...new Set([...views.map(({ region }) => region), ...this.#whole.regions.keys()])].sort();
    return {
      at: new Date().toISOString(),
      elapsedSeconds: seconds(elapsedMs),
      spanSeconds: seconds(Math.min(spanMs, elapsedMs)),
      ...{ calls, failed, behind, requests, failovers },
      requestsPerCall: calls === 0 ? null : Math.round((requests / calls) * 1_000) / 1_000,
      regions: names.map((region) =>
        this.#region(region, { calls, ...(tally.regions.get(region) ?? emptyTally()) }),
      ),
    };
  }

  #region(
    region: string,
    { calls, served, requests, errors, latencies }: RegionTally & { calls: number },
  ): RegionSnapshot {
    const { client, endpoint, lag } = this.#options;
    const view = client.regions().find((each) => each.region === region);
    const isName = endpoint === 'global' && view !== undefined;
    return {
      region,
      state: view?.state ?? null,
      isPreferred: view?.isPreferred ?? false,
      reason: view?.reason ?? null,
      ...{ served, requests, errors },
      share: calls === 0 || isName ? null : served / calls,
      p50Ms: latencies.percentile(50),
      p95Ms: latencies.percentile(95),
      p99Ms: latencies.percentile(99),
      lag: lag().filter(({ to }) => to === region),
    };
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
