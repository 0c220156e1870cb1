import { type Clock, CommandError, formatSeconds } from '@gsp/cli-kit';
import { type RegionAddress, readEvacuationState } from '@gsp/client/operator';
import { detectionSeconds, type Platform } from './platform.ts';
import {
  advanceMove,
  type Direction,
  type Move,
  type MoveSighting,
  type MoveStage,
  type MoveState,
  pendingStage,
} from './traffic-move.ts';

/** What is waited for, where to look, and who wants to know how far it is. */
export interface AwaitMoveOptions {
  readonly region: string;
  readonly direction: Direction;
  /** Regions whose probes say whether the region is evacuated: one is enough to leave, none may be left to return. */
  readonly probes: readonly RegionAddress[];
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onProgress: (progress: string) => void;
}

/** Seconds from the request until each stage was reached; null for one that was not waited for. */
export interface MoveTimes {
  readonly probeSeconds: number | null;
  readonly checkSeconds: number | null;
  readonly dnsSeconds: number | null;
  readonly cachesSeconds: number | null;
}

/** Gathering the checkers' opinions takes Route 53 a few seconds that nobody documents; requests take some too. */
const MARGIN_SECONDS = 15;
/** A slow machine or network stretches everything a little. */
const MARGIN_SHARE = 0.2;

/** How long a move may take at most, in seconds: the arithmetic and a margin. */
export function moveLimitSeconds({ routing }: Pick<Platform, 'routing'>): number {
  const budget = routing === null ? 0 : detectionSeconds(routing.timing) + routing.timing.ttlSeconds;
  return budget * (1 + MARGIN_SHARE) + MARGIN_SECONDS;
}

/**
 * Waits until traffic has left the region, or returned to it.
 *
 * @throws {CommandError} when it has not within {@link moveLimitSeconds}, with what stands in the way
 * @throws the signal's reason when the caller aborts
 */
export async function awaitMove(platform: Platform, options: AwaitMoveOptions): Promise<MoveTimes> {
  const { region, direction, signal, clock, onProgress } = options;
  const move: Move = { region, direction, routing: platform.routing };
  const startedAtMs = clock.nowMs();
  const limitSeconds = moveLimitSeconds(platform);
  let state: MoveState = { startedAtMs };
  for (;;) {
    const sighting = await look(platform, options);
    const nowMs = clock.nowMs();
    if (sighting !== null) state = advanceMove(state, { move, sighting, nowMs });
    const stage = pendingStage(state, move);
    if (stage === null) return timesOf(state);
    const elapsed = (nowMs - startedAtMs) / 1_000;
    if (elapsed > limitSeconds) throw await stuck(platform, { ...options, stage, elapsed });
    onProgress(
      `${describe(stage, direction)}, ${formatSeconds(elapsed)} of at most ${formatSeconds(limitSeconds)}`,
    );
    await clock.sleep(platform.pollMs, signal);
  }
}

/** One look at everything, or null where the twin missed its turn: that says nothing, and the next look will. */
async function look(
  platform: Platform,
  { region, probes, signal }: AwaitMoveOptions,
): Promise<MoveSighting | null> {
  const [traffic, evacuation] = await Promise.all([
    platform.sight(region, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof CommandError) return null;
      throw error;
    }),
    readEvacuationState(region, { peers: probes, signal }),
  ]);
  if (traffic === null) return null;
  const { status } = evacuation;
  return { ...traffic, isEvacuated: status === 'unknown' ? null : status !== 'in-service' };
}

const WORDS: Readonly<Record<Direction, Readonly<Record<MoveStage, string>>>> = {
  leave: {
    probe: 'waiting for the probe to say so',
    check: "waiting for Route 53's health checks to turn",
    dns: 'waiting for DNS to stop naming it',
    caches: 'waiting until resolvers have forgotten it',
  },
  return: {
    probe: 'waiting until no probe says that it is evacuated',
    check: "waiting for Route 53's health checks to turn",
    dns: 'waiting for DNS to name it again',
    caches: 'waiting for resolvers',
  },
};

function describe(stage: MoveStage, direction: Direction): string {
  return WORDS[direction][stage];
}

async function stuck(
  platform: Platform,
  { region, direction, stage, elapsed, signal }: AwaitMoveOptions & { stage: MoveStage; elapsed: number },
): Promise<CommandError> {
  const reasons = await platform.explain(region, signal).catch((): string[] => []);
  const why = reasons.map((reason) => `\n  ${reason}`).join('');
  const verb = direction === 'leave' ? 'has not left' : 'has not returned to';
  return new CommandError(
    `Cannot call it done: after ${formatSeconds(elapsed)} traffic ${verb} ${region}, still ${describe(stage, direction)}. ` +
      `What was asked for stands; see docs/runbooks/${direction === 'leave' ? 'evacuate' : 'restore'}.md.${why}`,
  );
}

function timesOf({ startedAtMs, probeAtMs, checkAtMs, dnsAtMs, cachesAtMs }: MoveState): MoveTimes {
  const seconds = (atMs: number | undefined) =>
    atMs === undefined ? null : Math.round((atMs - startedAtMs) / 10) / 100;
  return {
    probeSeconds: seconds(probeAtMs),
    checkSeconds: seconds(checkAtMs),
    dnsSeconds: seconds(dnsAtMs),
    cachesSeconds: seconds(cachesAtMs),
  };
}
