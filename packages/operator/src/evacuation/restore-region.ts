import { formatSeconds, type Terminal } from '@gsp/cli-kit';
import { chooseRegion, restore } from '@gsp/client/operator';
import { awaitMove, type MoveTimes, moveLimitSeconds } from './await-move.ts';
import { type PlannedStep, planMove, renderPlan } from './evacuation-plan.ts';
import { type Platform, peersOf } from './platform.ts';

/** What an operator asks for. */
export interface RestoreOptions {
  readonly region: string;
  /** Region that is to note it. @default - the first peer that is well, else any that answers */
  readonly via?: string;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface RestoreResult {
  readonly region: string;
  /** Region that was asked. */
  readonly via: string;
  readonly plan: readonly PlannedStep[];
  /** Null where nobody waited. */
  readonly moved: MoveTimes | null;
}

/**
 * Puts an evacuated region back into service through a peer, and waits until traffic may return to it. A region that was
 * not evacuated stays as it is.
 *
 * @throws {OperatorError} when no peer answers, or when it is refused
 * @throws {CommandError} when there is no such region, or traffic does not return in time
 */
export async function restoreRegion(
  platform: Platform,
  { terminal, ...options }: RestoreOptions & { terminal: Terminal },
): Promise<RestoreResult> {
  const { region, signal } = options;
  const act = `restore ${region}`;
  const peers = peersOf(platform, { region, via: options.via, act });
  // A peer may itself be in trouble when a region shall return: what counts is that it can note it.
  const via = await chooseRegion(peers, { act, accept: 'reachable', signal });
  const { regions, credentials, routing } = platform;
  const names = regions.map((place) => place.region);
  const plan = planMove({ region, direction: 'return', via: via.region, regions: names, routing });
  terminal.print(`Restoring ${region}\n`);
  terminal.print(`${renderPlan(plan, platform.timeScale)}\n`);
  if (platform.kind === 'cloud' && !options.yes) {
    await terminal.confirm(`This puts ${region} of a deployed platform back into service.`, region, signal);
  }
  await restore(region, { regions, credentials, via, signal });
  if (!options.wait) return { region, via: via.region, plan, moved: null };
  // Each peer's probe asks its own replica, which hears of it by replication: all of them have to.
  const probes = regions.filter((place) => place.region !== region);
  const moved = await terminal.during(
    `Traffic returns to ${region} (at most ${formatSeconds(moveLimitSeconds(platform))})`,
    (onProgress) => {
      const { clock } = terminal;
      return awaitMove(platform, { region, direction: 'return', probes, signal, clock, onProgress });
    },
    () => `${region} is in service`,
  );
  return { region, via: via.region, plan, moved };
}
