import type { RegionView } from '@gsp/client';
import type { EvacuationState } from '@gsp/client/operator';
import type { TwinRegion, TwinState } from '@gsp/twin/control';
import type { PlatformRegion } from '../platform/platform-outputs.ts';
import { describeHealth, describeObservedHealth, type HealthView } from './describe-health.ts';
import {
  type ClientStanding,
  describeClientView,
  describeConditions,
  describeObservedStatus,
  describeTwinStatus,
  type RouteView,
  type StatusView,
} from './describe-status.ts';
import type { ObservedHealth } from './observed-health.ts';

/** A region as its card shows it. */
export interface RegionModel extends PlatformRegion {
  /** Place in the outputs, which gives it its colour. */
  readonly index: number;
  readonly status: StatusView;
  /** What is done to it on purpose. */
  readonly conditions: readonly string[];
  /** Null where nothing decides whether it may be answered. */
  readonly health: HealthView | null;
  /** What Route 53 has yet to find out: the region is already otherwise than the verdict says. Null when it agrees. */
  readonly unnoticed: string | null;
  /** Whether DNS answers with it now; null for a stage without a global name. */
  readonly isAnswered: boolean | null;
  readonly standing: ClientStanding;
  /** Undefined until its peers were asked. */
  readonly evacuation: EvacuationState | undefined;
  /** What the twin says of it; undefined without one. */
  readonly twinRegion: TwinRegion | undefined;
}

/** Everything that is known at one moment, from wherever. */
export interface RegionSources {
  readonly regions: readonly PlatformRegion[];
  /** Null on a deployed platform, and before the twin has answered. */
  readonly twinState: TwinState | null;
  readonly hasTwin: boolean;
  readonly observed: ReadonlyMap<string, ObservedHealth>;
  readonly route: RouteView | null;
  readonly clientRegions: readonly RegionView[];
  readonly evacuations: readonly EvacuationState[];
}

/** Joins what is known of every region, in the order of the outputs. */
export function regionModels(sources: RegionSources): readonly RegionModel[] {
  return sources.regions.map((place, index) => regionModel(place, { index, ...sources }));
}

function regionModel(
  place: PlatformRegion,
  sources: RegionSources & { readonly index: number },
): RegionModel {
  const { index, route, clientRegions, evacuations, twinState, observed } = sources;
  const { region } = place;
  const twinRegion = twinState?.regions.find((one) => one.region === region);
  const evacuation = evacuations.find((one) => one.region === region);
  const health = healthOf(region, sources);
  return {
    ...place,
    index,
    twinRegion,
    evacuation,
    health,
    unnoticed: unnoticedBy(health, { twinRegion, evacuation }),
    status: statusOf(twinRegion, { ...sources, observed: observed.get(region) ?? null }),
    conditions: twinRegion === undefined ? [] : describeConditions(twinRegion),
    isAnswered: route === null ? null : route.regions.includes(region),
    standing: describeClientView(clientRegions.find((one) => one.region === region)),
  };
}

function statusOf(
  twinRegion: TwinRegion | undefined,
  { hasTwin, observed }: { readonly hasTwin: boolean; readonly observed: ObservedHealth | null },
): StatusView {
  if (twinRegion !== undefined) return describeTwinStatus(twinRegion);
  if (hasTwin) return { tone: 'neutral', label: 'unknown', note: null };
  return describeObservedStatus(observed);
}

/** Only what is beyond doubt: a region that is slow or throttled may pass its check or not. */
function unnoticedBy(
  health: HealthView | null,
  { twinRegion, evacuation }: Pick<RegionModel, 'twinRegion' | 'evacuation'>,
): string | null {
  if (health === null || health.detectionSeconds === null || twinRegion === undefined) return null;
  const isEvacuated = evacuation?.status === 'evacuated';
  const isOut = twinRegion.status !== 'running' || isEvacuated;
  const isWell =
    twinRegion.status === 'running' &&
    evacuation?.status === 'in-service' &&
    describeConditions(twinRegion).length === 0;
  const isHealthy = health.tone === 'good';
  if (isHealthy && isOut) return `not noticed yet, up to ${health.detectionSeconds} s`;
  if (!isHealthy && isWell) return `well again, up to ${health.detectionSeconds} s`;
  return null;
}

function healthOf(region: string, { twinState, hasTwin, observed, route }: RegionSources): HealthView | null {
  if (!hasTwin) return describeObservedHealth(observed.get(region) ?? null);
  if (twinState === null || twinState.route53 === null || route === null) return null;
  const { route53, timeScale } = twinState;
  const routedName = twinState.dns?.routedName ?? route.name;
  return describeHealth(route53, { region, routedName, timeScale });
}
