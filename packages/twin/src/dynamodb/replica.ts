import type { LogSink } from '../log-entry.ts';
import type { OpenedJournal } from './journal/open-journal.ts';
import { deleteExpired } from './maintenance/delete-expired.ts';
import { every } from './maintenance/every.ts';
import { expireTombstones } from './maintenance/expire-tombstones.ts';
import type { Listener } from './protocol/listener.ts';
import type { RegionForwarder } from './protocol/region-forwarder.ts';
import type { Throttle } from './protocol/throttle.ts';
import type { LinkSettings, LinkState } from './replication/link-state.ts';
import type { ReplicationLinks } from './replication/replication-links.ts';
import type { ChangeReader } from './streams/change-reader.ts';
import { resolveInDoubtWrites } from './write/resolve-in-doubt-writes.ts';
import type { WriteContext } from './write/write-context.ts';

/** What a replica has done and holds. */
export interface ReplicaStats {
  readonly requests: number;
  /** Answered with a status of 500 or more. */
  readonly failedRequests: number;
  /** Items by table. */
  readonly items: Readonly<Record<string, number>>;
  readonly changes: {
    readonly firstSequence: number;
    readonly lastSequence: number;
    readonly segments: number;
  };
  /** Writes whose outcome is not known, since the engine did not answer. */
  readonly writesInDoubt: number;
}

interface ReplicaParts {
  readonly options: {
    readonly ttlSweepIntervalMs?: number;
    readonly region: string;
    readonly clock: () => number;
    readonly log: LogSink;
  };
  readonly context: WriteContext;
  readonly files: OpenedJournal;
  readonly links: ReplicationLinks;
  readonly reader: ChangeReader;
  readonly listener: Listener;
  readonly forwarder: RegionForwarder;
  readonly requests: { readonly total: number; readonly failed: number };
  readonly throttle: Throttle;
}

const TTL_SWEEP_INTERVAL_MS = 10_000;
const SETTLE_INTERVAL_MS = 200;
const SAVE_INTERVAL_MS = 1_000;
const TRIM_INTERVAL_MS = 60_000;
const STREAM_KEPT_MS = 24 * 60 * 60 * 1_000;

/** A running replica of one region's tables. */
export class Replica {
  /** The endpoint, for any AWS SDK; without a trailing slash. */
  readonly url: string;
  /** The streams of the tables, for event source mappings. */
  readonly changes: ChangeReader;
  readonly #parts: ReplicaParts;
  readonly #maintenance: readonly (() => Promise<void>)[];
  #closed: Promise<void> | undefined;

  /** Made by `startReplica`. */
  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.url = parts.listener.url;
    this.changes = parts.reader;
    const { context, links, options } = parts;
    const complain = (error: unknown) =>
      this.#say(`maintenance failed: ${error instanceof Error ? error.message : String(error)}`);
    const ignore = () => undefined;
    this.#maintenance = [
      every(options.ttlSweepIntervalMs ?? TTL_SWEEP_INTERVAL_MS, () => deleteExpired(context), complain),
      // Fails as long as the engine is away, which the requests themselves report.
      every(
        SETTLE_INTERVAL_MS,
        () => (context.journal.hasInDoubt ? resolveInDoubtWrites(context) : undefined),
        ignore,
      ),
      every(SAVE_INTERVAL_MS, async () => links.all().forEach((link) => void link.savePosition()), complain),
      every(TRIM_INTERVAL_MS, () => this.#trim(), complain),
    ];
  }

  /** The outbound links to the peers. */
  links(): LinkState[] {
    return this.#parts.links.all().map((link) => link.state());
  }

  /**
   * Cuts, heals or delays the link to a peer.
   *
   * @throws {RangeError} when there is no such peer
   */
  setLink(peerRegion: string, settings: LinkSettings): void {
    const link = this.#parts.links.get(peerRegion);
    if (link === undefined)
      throw new RangeError(`Cannot change the link to ${peerRegion}: no replica there is a peer`);
    link.set(settings);
  }

  /** Sets how far this region's clock is off, in milliseconds: it stamps its writes that much later or earlier. */
  setClockOffset(offsetMs: number): void {
    this.#parts.context.stamps.setOffset(offsetMs);
  }

  /** Sets the share of the clients' data-plane operations that are throttled, 0 to 1; replication goes on as it was. */
  setThrottleShare(share: number): void {
    this.#parts.throttle.setShare(share);
  }

  /** The share that is throttled, and how many operations were since the replica started. */
  throttle(): { readonly throttleShare: number; readonly throttled: number } {
    const { share: throttleShare, throttled } = this.#parts.throttle;
    return { throttleShare, throttled };
  }

  get stats(): ReplicaStats {
    const { context, files, requests } = this.#parts;
    const { firstSequence, lastSequence, segmentCount: segments } = files.changes;
    return {
      requests: requests.total,
      failedRequests: requests.failed,
      items: Object.fromEntries(context.tables.all().map(({ name, index }) => [name, index.itemCount])),
      changes: { firstSequence, lastSequence, segments },
      writesInDoubt: context.journal.inDoubt().length,
    };
  }

  /** Answers the requests under way, stops, and closes the files. What peers have not got they get after the next start. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { listener, forwarder, links, files, context } = this.#parts;
    await listener.close();
    await forwarder.close();
    await Promise.all(this.#maintenance.map((stop) => stop()));
    await links.close();
    await context.engine.close();
    files.close();
  }

  async #trim(): Promise<void> {
    const { files, links, context, options } = this.#parts;
    const nowMs = options.clock();
    files.changes.trim({ beforeMs: nowMs - STREAM_KEPT_MS, upTo: links.acknowledged() });
    expireTombstones({
      tables: context.tables,
      file: files.tombstones,
      nowMs,
      settled: await links.settled(),
    });
  }

  #say(message: string): void {
    const { region, clock, log } = this.#parts.options;
    log({ region, source: 'twin/dynamodb', timeMs: clock(), message });
  }
}
