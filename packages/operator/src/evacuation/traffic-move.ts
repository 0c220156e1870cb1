import { detectionSeconds, type Routing, type TrafficSighting } from './platform.ts';

/** What traffic shall do: leave an evacuated region, or return to one that serves again. */
export type Direction = 'leave' | 'return';

/** One look at everything that shows whether traffic has moved. */
export interface MoveSighting extends TrafficSighting {
  /** Whether a probe says that the region is evacuated; null where no probe answered. */
  readonly isEvacuated: boolean | null;
}

/**
 * How far traffic has come, as moments in milliseconds of one clock. A stage that has no moment is not reached.
 *
 * ```
 * PUT ── probe answers 200 ── interval x threshold ── check turns ── DNS answers anew ── TTL ── caches forgot
 *         probeAtMs                                    checkAtMs      dnsAtMs             cachesAtMs
 * ```
 */
export interface MoveState {
  readonly startedAtMs: number;
  readonly probeAtMs?: number;
  readonly checkAtMs?: number;
  readonly dnsAtMs?: number;
  readonly cachesAtMs?: number;
  /** When DNS last named the region, or an address of which nobody says whose it is. */
  readonly namedAtMs?: number;
}

/** What is waited for. */
export type MoveStage = 'probe' | 'check' | 'dns' | 'caches';

/** Whose traffic moves, which way, and by which rules. */
export interface Move {
  readonly region: string;
  readonly direction: Direction;
  /** Null where nothing sends traffic by health: then the probe is all there is to see. */
  readonly routing: Routing | null;
}

/** The first stage that is not reached, or null when traffic has moved. */
export function pendingStage(state: MoveState, { direction, routing }: Move): MoveStage | null {
  if (state.probeAtMs === undefined) return 'probe';
  if (routing === null) return null;
  if (state.checkAtMs === undefined) return 'check';
  if (state.dnsAtMs === undefined) return 'dns';
  return direction === 'leave' && state.cachesAtMs === undefined ? 'caches' : null;
}

/** The state after one more look. Stages are reached in order, several by one look where that is what it shows. */
export function advanceMove(
  state: MoveState,
  { move, sighting, nowMs }: { move: Move; sighting: MoveSighting; nowMs: number },
): MoveState {
  const isNamed = sighting.answer?.some((found) => found === move.region || found === null) ?? false;
  let next: MoveState = isNamed ? { ...state, namedAtMs: nowMs } : state;
  for (let stage = pendingStage(next, move); stage !== null; stage = pendingStage(next, move)) {
    if (!isReached(stage, { state: next, move, sighting, nowMs })) return next;
    next = { ...next, [`${stage}AtMs`]: nowMs };
  }
  return next;
}

interface Look {
  readonly state: MoveState;
  readonly move: Move;
  readonly sighting: MoveSighting;
  readonly nowMs: number;
}

function isReached(stage: MoveStage, look: Look): boolean {
  const { move, sighting } = look;
  switch (stage) {
    case 'probe':
      return sighting.isEvacuated === (move.direction === 'leave');
    case 'check':
      return hasCheckTurned(look);
    case 'dns':
      return hasAnswerTurned(look);
    case 'caches':
      return haveCachesForgotten(look);
  }
}

/**
 * Where health checks cannot be seen, what they must have noticed by then is taken for noticed; earlier, when DNS shows
 * that they have.
 */
function hasCheckTurned(look: Look): boolean {
  const { state, move, sighting, nowMs } = look;
  if (sighting.isInService !== null) return sighting.isInService === (move.direction === 'return');
  if (move.routing === null || state.probeAtMs === undefined) return false;
  const wasNamed = state.namedAtMs !== undefined;
  if (move.direction === 'leave' && wasNamed && hasAnswerTurned(look)) return true;
  if (move.direction === 'return' && sighting.answer?.includes(move.region)) return true;
  return nowMs >= state.probeAtMs + detectionSeconds(move.routing.timing) * 1_000;
}

/** An address of which nobody says whose it is may be the region's: it does not count as moved. */
function hasAnswerTurned({ move, sighting: { answer } }: Look): boolean {
  if (move.direction === 'return' && !isAlwaysAnswered(move)) return true;
  if (answer === null || answer.length === 0) return false;
  if (move.direction === 'return') return answer.includes(move.region);
  return !answer.includes(move.region) && !answer.includes(null);
}

/** A healthy primary is in every answer. Of the others none must be: it is the secondary, or elsewhere is nearer. */
function isAlwaysAnswered({ region, routing }: Move): boolean {
  return routing?.policy === 'failover' && routing.primary === region;
}

/**
 * A resolver that asked right before the answer turned keeps what it heard for the time to live. With failover every
 * resolver hears the same; with the other policies some may have heard of the region although we did not.
 */
function haveCachesForgotten({ state, move: { routing }, nowMs }: Look): boolean {
  if (routing === null) return true;
  const lastMs = routing.policy === 'failover' ? state.namedAtMs : (state.checkAtMs ?? state.namedAtMs);
  return lastMs === undefined || nowMs >= lastMs + routing.timing.ttlSeconds * 1_000;
}
