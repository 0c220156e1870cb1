import { seededRandom } from '../../seeded-random.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import type { PeerState, SentLog } from '../journal/peer-state.ts';
import type { Everything } from './everything.ts';
import { LagSamples } from './lag-samples.ts';
import type { LinkSettings, LinkState } from './link-state.ts';
import { type PeerClient, PeerForgotError } from './peer-client.ts';
import { type DueChanges, PendingChanges } from './pending-changes.ts';
import { type SentChange, toBatchJson } from './replication-batch.ts';
import { StallWatch } from './stall-watch.ts';

/** What a link needs. */
export interface ReplicationLinkOptions {
  readonly region: string;
  readonly peerRegion: string;
  readonly peer: PeerClient;
  readonly changes: ChangeLog;
  /** Names the change log, and this run of the replica. */
  readonly logId: string;
  readonly run: string;
  readonly state: PeerState;
  /** Collects what there is now, for a peer that is to be sent everything. */
  readonly everything: () => Everything;
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Takes what the region's log should hold of the link. */
  readonly say: (message: string) => void;
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
 *
 * A link begins with a batch of no changes, by which the peer can tell whether this region lacks what it once had. A peer
 * that lacks something itself is sent everything first, and then what was written since.
 */
export class ReplicationLink {
  readonly peerRegion: string;
  readonly #options: ReplicationLinkOptions;
  #pending: PendingChanges;
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
  #isAnnounced = false;
  #lastSent: number;
  #everything: Everything | undefined;
  /** The log's end when everything was collected. */
  #everythingUpTo = 0;
  readonly #stall: StallWatch;
  readonly #base: number;

  constructor(options: ReplicationLinkOptions) {
    this.#options = options;
    this.peerRegion = options.peerRegion;
    const { changes, state, clock, lagMs, settings = {} } = options;
    this.#cut = settings.cut ?? false;
    this.#delayMs = settings.delayMs ?? 0;
    this.#base = changes.lastSequence;
    this.#lastSent = state.sequence;
    this.#stall = new StallWatch({ clock, lagMsMax: lagMs.max });
    this.#pending = this.#pendingAfter(state.sequence);
    // Trimmed before this peer had it, which was none of the peers then.
    const isGap = state.sequence + 1 < changes.firstSequence;
    if (isGap || state.owesEverything) this.#oweEverything();
    this.#unsubscribe = changes.onAppend((records) => {
      if (this.#backlog === 0) this.#stall.restart();
      this.#pending.appended(records);
      this.#pump();
    });
    this.#pump();
  }

  state(): LinkState {
    const [lagMsP50, lagMsP99] = [this.#lags.quantile(0.5), this.#lags.quantile(0.99)];
    const backlog = this.#backlog;
    const stalledMs = this.#stall.stalledMs({ isCut: this.#cut, backlog, delayMs: this.#delayMs });
    return {
      to: this.peerRegion,
      cut: this.#cut,
      delayMs: this.#delayMs,
      backlog,
      ...(lagMsP50 === undefined || lagMsP99 === undefined ? {} : { lagMsP50, lagMsP99 }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
      ...(stalledMs === undefined ? {} : { stalledMs }),
      ...(this.#lastAppliedAtMs === undefined ? {} : { lastAppliedAtMs: this.#lastAppliedAtMs }),
    };
  }

  /** Cuts or heals the link, or changes its delay. A batch that is on its way is not called back. */
  set({ cut = this.#cut, delayMs = this.#delayMs }: LinkSettings): void {
    this.#cut = cut;
    this.#delayMs = delayMs;
    this.#stall.restart();
    this.heard();
  }

  /** The peer lacks what it once had, or this region does: the peer is sent all that is here, before anything else. */
  sendEverything(reason: string): void {
    this.#options.say(`sends everything: ${reason}`);
    this.#oweEverything();
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
    return this.#backlog + inbound;
  }

  /** Writes down how far the peer has acknowledged. */
  savePosition(): void {
    this.#options.state.save();
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
    if (!this.#isAnnounced) this.#begin(this.#announce());
    else if (this.#everything !== undefined) this.#begin(this.#sendOf(this.#everything));
    else this.#pumpChanges(nowMs);
  }

  #pumpChanges(nowMs: number): void {
    const due = this.#nextBatch(nowMs);
    if (due === undefined) return;
    if (due.covered.length > 0) {
      this.#begin(this.#send(due));
      return;
    }
    this.#acknowledged();
    const nextDueMs = this.#pending.nextDueMs();
    if (nextDueMs !== undefined) this.#pumpIn(nextDueMs + this.#delayMs - nowMs);
  }

  /** One batch is on its way at a time; what came of it, whatever came of it, is followed by the next. */
  #begin(sending: Promise<void>): void {
    this.#sentAtMs = this.#options.clock();
    this.#sending = sending
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#sending = undefined;
        this.#pump();
      });
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

  async #announce(): Promise<void> {
    await this.#sendBatch([], this.#lastSent);
    this.#isAnnounced = true;
  }

  async #send({ latest, covered }: DueChanges): Promise<void> {
    // It may be another one afterwards, where the peer turned out to need everything.
    const pending = this.#pending;
    await this.#sendBatch(latest, Math.max(this.#lastSent, ...covered.map(({ sequence }) => sequence)));
    pending.acknowledge(covered);
    this.#acknowledged();
    const nowMs = this.#options.clock();
    for (const { timeMs } of covered) this.#lags.add(nowMs - timeMs);
  }

  async #sendOf(everything: Everything): Promise<void> {
    const changes = await everything.next();
    if (changes.length > 0) {
      await this.#sendBatch(changes, this.#lastSent);
      everything.sent(changes);
    }
    if (everything.count > 0 || this.#everything !== everything) return;
    this.#options.state.paid(this.#everythingUpTo);
    this.#everything = undefined;
    this.#options.say('has sent everything');
  }

  /** @throws {Error} when the peer did not apply it; nothing is known of it then */
  async #sendBatch(changes: readonly SentChange[], last: number): Promise<void> {
    const { peer, region, state, clock } = this.#options;
    const log = this.#logAt(last);
    await peer.replicate(toBatchJson({ from: region, log }, changes), this.#abort.signal);
    this.#lastSent = Math.max(this.#lastSent, last);
    if (!state.owesEverything) state.advance(state.sequence, log.acknowledged);
    this.#lastAppliedAtMs = clock();
    this.#stall.restart();
    if (this.#lastError !== undefined) this.#options.say('replicates again');
    this.#failures = 0;
    this.#lastError = undefined;
  }

  #logAt(last: number): SentLog {
    const { logId: id, run, state } = this.#options;
    const acknowledged = state.owesEverything ? 0 : state.sequence;
    return { id, run, base: this.#base, acknowledged, told: state.told, last };
  }

  #acknowledged(): void {
    const { state } = this.#options;
    if (!state.owesEverything) state.advance(this.#pending.acknowledged, state.told);
  }

  #oweEverything(): void {
    const { state, changes, everything } = this.#options;
    state.oweEverything();
    this.#everything = everything();
    this.#everythingUpTo = changes.lastSequence;
    this.#pending = this.#pendingAfter(changes.lastSequence);
  }

  #pendingAfter(after: number): PendingChanges {
    const { region, peerRegion, changes, lagMs, seed } = this.#options;
    const random = seededRandom(seed, `${region} to ${peerRegion}`);
    return new PendingChanges(changes, { region, after, random, lagMs });
  }

  get #backlog(): number {
    return this.#pending.count + (this.#everything?.count ?? 0);
  }

  #failed(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (error instanceof PeerForgotError) {
      this.sendEverything('the peer lacks what it has acknowledged');
      return;
    }
    const message = error instanceof Error ? error.message || error.name : String(error);
    // Nobody waits for an announcement: regions that start side by side find each other a moment later.
    if (this.#backlog > 0) {
      if (this.#lastError === undefined) this.#options.say(`waits: ${message}`);
      this.#lastError = message;
    }
    this.#retryAtMs = this.#options.clock() + Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
  }
}
