import type { LogSink } from '../../log-entry.ts';
import { seededRandom } from '../../seeded-random.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import type { PeerPosition } from '../journal/peer-position.ts';
import type { PeerClient } from './peer-client.ts';
import { type DueChanges, PendingChanges } from './pending-changes.ts';
import { toBatchJson } from './replication-batch.ts';

/** How a link behaves. */
export interface LinkSettings {
  readonly cut?: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs?: number;
}

/** What a link needs. */
export interface ReplicationLinkOptions {
  readonly region: string;
  readonly peerRegion: string;
  readonly peer: PeerClient;
  readonly changes: ChangeLog;
  readonly position: PeerPosition;
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: LogSink;
  /** How the link behaves at first. @default - neither cut nor delayed */
  readonly settings?: LinkSettings;
}

const RETRY_MS_MIN = 25;
const RETRY_MS_MAX = 500;
/**
 * The least time between two batches. After a pause a change goes at once; in a stream of changes they gather for
 * a moment, since a batch costs the peer about as much as ten changes do.
 */
const BATCH_INTERVAL_MS = 12;

/**
 * Sends this region's changes to one peer, one batch at a time, for as long as it takes. A change of another
 * region is never passed on: that region sends it itself. What was sent and not acknowledged is sent again,
 * which the peer recognises by the stamps.
 */
export class ReplicationLink {
  readonly peerRegion: string;
  readonly #options: ReplicationLinkOptions;
  readonly #pending: PendingChanges;
  readonly #lags = new LagSamples();
  readonly #abort = new AbortController();
  readonly #unsubscribe: () => void;
  #cut: boolean;
  #delayMs: number;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #retryAtMs = 0;
  #sentAtMs = 0;
  #lastError: string | undefined;
  #lastAppliedAtMs: number | undefined;

  constructor(options: ReplicationLinkOptions) {
    this.#options = options;
    this.peerRegion = options.peerRegion;
    const { region, peerRegion, changes, position, lagMs, seed, settings = {} } = options;
    this.#cut = settings.cut ?? false;
    this.#delayMs = settings.delayMs ?? 0;
    const random = seededRandom(seed, `${region} to ${peerRegion}`);
    this.#pending = new PendingChanges(changes, { region, after: position.sequence, random, lagMs });
    this.#unsubscribe = changes.onAppend((records) => {
      this.#pending.appended(records);
      this.#pump();
    });
    this.#pump();
  }

  state(): LinkState {
    const [lagMsP50, lagMsP99] = [this.#lags.quantile(0.5), this.#lags.quantile(0.99)];
    return {
      to: this.peerRegion,
      cut: this.#cut,
      delayMs: this.#delayMs,
      backlog: this.#pending.count,
      ...(lagMsP50 === undefined || lagMsP99 === undefined ? {} : { lagMsP50, lagMsP99 }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
      ...(this.#lastAppliedAtMs === undefined ? {} : { lastAppliedAtMs: this.#lastAppliedAtMs }),
    };
  }

  /** Cuts or heals the link, or changes its delay. A batch that is on its way is not called back. */
  set({ cut = this.#cut, delayMs = this.#delayMs }: LinkSettings): void {
    this.#cut = cut;
    this.#delayMs = delayMs;
    this.heard();
  }

  /** The peer was heard of: tries at once, where it would wait to try again. */
  heard(): void {
    this.#retryAtMs = 0;
    this.#pump();
  }

  /** Changes yet to be sent in either direction; infinite when the peer does not answer. */
  async backlogBothWays(): Promise<number> {
    const { peer, region } = this.#options;
    const inbound = await peer.backlogTo(region).catch(() => Number.POSITIVE_INFINITY);
    return this.#pending.count + inbound;
  }

  /** Writes down how far the peer has acknowledged. */
  savePosition(): void {
    this.#options.position.save();
  }

  /** Everything up to this sequence number is acknowledged. */
  get acknowledged(): number {
    return this.#pending.acknowledged;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#sending;
    this.savePosition();
    await this.#options.peer.close();
  }

  #pump(): void {
    if (this.#sending !== undefined || this.#cut || this.#abort.signal.aborted) return;
    clearTimeout(this.#timer);
    const nowMs = this.#options.clock();
    const waitMs = Math.max(this.#retryAtMs, this.#sentAtMs + BATCH_INTERVAL_MS) - nowMs;
    if (waitMs > 0) {
      this.#pumpIn(waitMs);
      return;
    }
    const due = this.#nextBatch(nowMs);
    if (due === undefined) return;
    if (due.covered.length > 0) {
      this.#sentAtMs = nowMs;
      this.#sending = this.#send(due).finally(() => {
        this.#sending = undefined;
        this.#pump();
      });
      return;
    }
    this.#options.position.advance(this.#pending.acknowledged);
    const nextDueMs = this.#pending.nextDueMs();
    if (nextDueMs !== undefined) this.#pumpIn(nextDueMs + this.#delayMs - nowMs);
  }

  #pumpIn(waitMs: number): void {
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.ceil(waitMs)));
  }

  /** Nothing when the change log cannot be read: then the link waits, and says why. */
  #nextBatch(nowMs: number): DueChanges | undefined {
    try {
      return this.#pending.due(nowMs - this.#delayMs);
    } catch (error) {
      this.#failed(error);
      this.#pumpIn(RETRY_MS_MAX);
      return undefined;
    }
  }

  async #send({ latest, covered }: DueChanges): Promise<void> {
    const { peer, region, position, clock } = this.#options;
    try {
      await peer.replicate(toBatchJson(region, latest), this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(error);
      return;
    }
    this.#pending.acknowledge(covered);
    position.advance(this.#pending.acknowledged);
    this.#lastAppliedAtMs = clock();
    for (const { timeMs } of covered) this.#lags.add(this.#lastAppliedAtMs - timeMs);
    if (this.#lastError !== undefined) this.#say('replicates again');
    this.#failures = 0;
    this.#lastError = undefined;
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message || error.name : String(error);
    if (this.#lastError === undefined) this.#say(`waits: ${message}`);
    this.#lastError = message;
    this.#retryAtMs = this.#options.clock() + Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
  }

  #say(message: string): void {
    const { region, clock, log } = this.#options;
    log({
      region,
      source: 'twin/replication',
      timeMs: clock(),
      message: `link to ${this.peerRegion} ${message}`,
    });
  }
}

/** One outbound replication link of a replica, at one moment. */
export interface LinkState {
  /** The region that this link leads to. */
  readonly to: string;
  /** True while nothing may be sent. */
  readonly cut: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs: number;
  /** Records that originated here and that the peer has not acknowledged. */
  readonly backlog: number;
  /** Median time from write to visible in the peer, over the latest 1,000 records; absent until there was one. */
  readonly lagMsP50?: number;
  /** The 99th percentile of the same. */
  readonly lagMsP99?: number;
  /** Why the latest attempt to send failed; absent once one succeeds. */
  readonly lastError?: string;
  /** When the peer last acknowledged a record, epoch milliseconds. */
  readonly lastAppliedAtMs?: number;
}

const SAMPLES_MAX = 1_000;

/** The latest replication lags of a link. */
class LagSamples {
  readonly #samples: number[] = [];
  #next = 0;

  add(lagMs: number): void {
    this.#samples[this.#next] = lagMs;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** The smallest lag that the given part of the samples does not exceed, for example 0.99; nothing before the first. */
  quantile(part: number): number | undefined {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  }
}
