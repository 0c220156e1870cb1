import { type Clock, type RandomInteger, withTimeout } from './clock.ts';
import { ageOf, type Heartbeat, type HeartbeatStore, nextSequence } from './heartbeat.ts';
import { measureHeartbeatLag } from './heartbeat-lag.ts';

/** What the heartbeat of a region needs. */
export interface HeartbeatRunOptions {
  /** Heartbeats in this region's replica. */
  readonly own: HeartbeatStore;
  /** Heartbeats in the replica of each peer, by its region. */
  readonly peers: ReadonlyMap<string, Pick<HeartbeatStore, 'read'>>;
  readonly region: string;
  readonly clock: Clock;
  /** Milliseconds from any fixed moment, of a clock that never steps. */
  readonly monotonicMs: () => number;
  readonly random: RandomInteger;
  /**
   * Longest time until a peer has to show the heartbeat.
   * @default 5000
   */
  readonly visibleWithinMs?: number;
  /**
   * Longest time for each step in this region's own replica.
   * @default 3000
   */
  readonly ownTimeoutMs?: number;
}

/** What one run found out about a peer. */
export interface PeerFinding {
  readonly peer: string;
  /** Milliseconds from the write here until the peer's replica showed it; undefined when it did not in time. */
  readonly lagMs: number | undefined;
  /** Milliseconds since the peer's last heartbeat that this region's replica shows; undefined when it shows none. */
  readonly ageMs: number | undefined;
  /** Why something was not found out. */
  readonly failures: readonly unknown[];
}

/** What one run found out. */
export interface HeartbeatReport {
  readonly peers: readonly PeerFinding[];
  /** Why this region could not write its own heartbeat; absent when it could. */
  readonly failure?: unknown;
}

/** Gives one sign of life and looks for the peers'. Never fails. */
export type HeartbeatRun = () => Promise<HeartbeatReport>;

/** Longest time to open the connections to peers. */
const connectMs = 1_000;

/** A value, or why there is none. */
type Outcome<T> = { readonly value: T } | { readonly failure: unknown };

/**
 * Makes the heartbeat of a region: one call is one run. It writes this region's heartbeat, sees how long each peer's
 * replica takes to show it, and reads in this region's own replica how old the peers' heartbeats are. Peers are
 * looked at side by side, so that one that is gone takes nothing from the others.
 *
 * A peer that does not answer is a finding, not a failure; that this region cannot write is told as such, and the peers'
 * age is read all the same: it may be all that is still known. What a run has measured goes into the heartbeat of the
 * next one, by which peers hear of it. Not of the one after a failed write, and not of a new environment: a lag that was
 * measured minutes ago would pass for a fresh one.
 */
export function createHeartbeatRun(options: HeartbeatRunOptions): HeartbeatRun {
  let lagMs: ReadonlyMap<string, number> = new Map();

  return async () => {
    const { peers } = options;
    const measured = lagMs;
    lagMs = new Map();
    await connect(options);
    const written = await outcomeOf(() => write(options, measured));
    const findings = await Promise.all(
      [...peers].map(([peer, replica]) => checkPeer(peer, { replica, written, options })),
    );
    lagMs = new Map(findings.flatMap(({ peer, lagMs: lag }) => (lag === undefined ? [] : [[peer, lag]])));
    return 'failure' in written ? { peers: findings, failure: written.failure } : { peers: findings };
  };
}

/**
 * Opens the connections over which peers are polled, so that no handshake is timed as replication. What it reads does not
 * matter, nor whether it can: a peer that is gone costs no more than the bound.
 */
async function connect({ peers, region, clock }: HeartbeatRunOptions): Promise<void> {
  const limit = { clock, timeoutMs: connectMs, act: 'reach a peer' };
  await Promise.all(
    [...peers.values()].map((peer) =>
      outcomeOf(() => withTimeout(limit, (signal) => peer.read(region, { signal }))),
    ),
  );
}

/** Writes this region's heartbeat and gives its sequence. */
async function write(
  { own, region, clock, ownTimeoutMs = 3_000 }: HeartbeatRunOptions,
  lagMs: ReadonlyMap<string, number>,
): Promise<number> {
  return withTimeout({ clock, timeoutMs: ownTimeoutMs, act: 'write the heartbeat' }, async (signal) => {
    const last = await own.read(region, { signal });
    const writtenAtMs = clock.nowMs();
    const heartbeat: Heartbeat = { region, writtenAtMs, lagMs, sequence: nextSequence(last, writtenAtMs) };
    await own.keep(heartbeat, { signal });
    return heartbeat.sequence;
  });
}

async function checkPeer(
  peer: string,
  {
    replica,
    written,
    options,
  }: {
    readonly replica: Pick<HeartbeatStore, 'read'>;
    readonly written: Outcome<number>;
    readonly options: HeartbeatRunOptions;
  },
): Promise<PeerFinding> {
  const { visibleWithinMs: timeoutMs = 5_000, ...given } = options;
  // Without a write there is nothing to be seen; why there is none is told once, not for each peer.
  const measure = async () =>
    'failure' in written
      ? undefined
      : measureHeartbeatLag({ ...given, peer: replica, sequence: written.value, timeoutMs });
  const [lag, age] = await Promise.all([outcomeOf(measure), outcomeOf(() => readAge(peer, options))]);
  const failures = [lag, age].flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
  return { peer, lagMs: foundIn(lag), ageMs: foundIn(age), failures };
}

async function readAge(
  peer: string,
  { own, clock, ownTimeoutMs = 3_000 }: HeartbeatRunOptions,
): Promise<number | undefined> {
  const limit = { clock, timeoutMs: ownTimeoutMs, act: `read the heartbeat of ${peer}` };
  const heartbeat = await withTimeout(limit, (signal) => own.read(peer, { signal }));
  return heartbeat && ageOf(heartbeat, clock.nowMs());
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (failure) {
    return { failure };
  }
}

function foundIn<T>(outcome: Outcome<T>): T | undefined {
  return 'value' in outcome ? outcome.value : undefined;
}
