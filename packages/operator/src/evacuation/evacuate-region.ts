import { formatSeconds, type Terminal } from '@gsp/cli-kit';
import { chooseRegion, evacuate } from '@gsp/client/operator';
import type { EvacuationView } from '@gsp/platform/contract';
import { awaitMove, type MoveTimes, moveLimitSeconds } from './await-move.ts';
import { type PlannedStep, planMove, renderPlan } from './evacuation-plan.ts';
import { type Platform, peersOf } from './platform.ts';

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
  readonly evacuation: EvacuationView;
  /** Region that was asked. */
  readonly via: string;
  readonly plan: readonly PlannedStep[];
  /** Null where nobody waited. */
  readonly moved: MoveTimes | null;
}

/**
 * Takes a region out of service through a peer, showing first what will follow, and waits until traffic has moved.
 *
 * @throws {OperatorError} when no peer is well, or when it is refused
 * @throws {CommandError} when there is no such region, or traffic does not move in time
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
  const { regions, credentials, routing } = platform;
  const names = regions.map((place) => place.region);
  const plan = planMove({ region, direction: 'leave', via: via.region, regions: names, routing });
  terminal.print(`Evacuating ${region} for ${formatSeconds(forSeconds)}: ${reason}\n`);
  terminal.print(`${renderPlan(plan, platform.timeScale)}\n`);
  if (platform.kind === 'cloud' && !options.yes) {
    await terminal.confirm(`This takes ${region} of a deployed platform out of service.`, region, signal);
  }
  const request = { region, reason, expiresInSeconds: forSeconds };
  const { evacuation } = await evacuate(request, { regions, credentials, via, signal });
  if (!options.wait) return { evacuation, via: via.region, plan, moved: null };
  const moved = await terminal.during(
    `Traffic leaves ${region} (at most ${formatSeconds(moveLimitSeconds(platform))})`,
    (onProgress) => {
      const { clock } = terminal;
      return awaitMove(platform, { region, direction: 'leave', probes: [via], signal, clock, onProgress });
    },
    () => (routing === null ? `${region} is evacuated` : `Traffic has left ${region}`),
  );
  return { evacuation, via: via.region, plan, moved };
}
