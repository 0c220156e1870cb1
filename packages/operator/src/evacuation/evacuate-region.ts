import { formatSeconds, type Terminal } from '@gsp/cli-kit';
import { awaitMove, type MoveTimes, moveLimitSeconds } from './await-move.ts';
import { chooseRegion, peersOf } from './choose-region.ts';
import { EvacuationError } from './evacuation-error.ts';
import { type PlannedStep, planMove, renderPlan } from './evacuation-plan.ts';
import { type Evacuation, putEvacuation } from './evacuations-api.ts';
import type { Platform } from './platform.ts';

/** What an operator asks for. */
export interface EvacuateOptions {
  readonly region: string;
  readonly reason: string;
  readonly forSeconds: number;
  /** Region that is to note it. @default - the first peer that is well */
  readonly via?: string;
  /** Whether to leave out the question that a deployed platform asks. */
  readonly yes: boolean;
  /** Whether to wait until traffic has moved. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface EvacuationResult {
  readonly evacuation: Evacuation;
  /** Region that was asked. */
  readonly via: string;
  readonly plan: readonly PlannedStep[];
  /** Null where nobody waited. */
  readonly moved: MoveTimes | null;
}

/**
 * Takes a region out of service through a peer, showing first what will follow, and waits until traffic has moved.
 *
 * @throws {EvacuationError} when no peer is well, when it is refused, or when traffic does not move in time
 */
export async function evacuateRegion(
  platform: Platform,
  { terminal, ...options }: EvacuateOptions & { terminal: Terminal },
): Promise<EvacuationResult> {
  const { region, reason, forSeconds, signal } = options;
  const act = `evacuate ${region}`;
  const candidates = peersOf(platform, { region, via: options.via, act });
  // A peer that the operator names need not be well: it says itself what it refuses.
  const accept = options.via === undefined ? 'healthy' : 'reachable';
  const via = await chooseRegion(candidates, { act, accept, signal });
  const regions = platform.regions.map((place) => place.region);
  const plan = planMove({ region, direction: 'leave', via: via.region, regions, routing: platform.routing });
  terminal.print(`Evacuating ${region} for ${formatSeconds(forSeconds)}: ${reason}\n`);
  terminal.print(`${renderPlan(plan, platform.timeScale)}\n`);
  if (platform.kind === 'cloud' && !options.yes) {
    await terminal.confirm(`This takes ${region} of a deployed platform out of service.`, region, signal);
  }
  const evacuation = await putEvacuation(platform, {
    region,
    reason,
    expiresInSeconds: forSeconds,
    via,
    signal,
  });
  if (!evacuation.inForce) {
    throw new EvacuationError(
      `Cannot evacuate ${region}: ${via.region} noted it, but it is not in force beside older evacuations, a region must stay in service. ` +
        'See them with npm run evacuate -- --list, and restore one first.',
    );
  }
  if (!options.wait) return { evacuation, via: via.region, plan, moved: null };
  const moved = await terminal.during(
    `Traffic leaves ${region} (at most ${formatSeconds(moveLimitSeconds(platform))})`,
    (tell) =>
      awaitMove(platform, { region, direction: 'leave', probes: [via], signal, clock: terminal.clock, tell }),
    () => (platform.routing === null ? `${region} is evacuated` : `Traffic has left ${region}`),
  );
  return { evacuation, via: via.region, plan, moved };
}
