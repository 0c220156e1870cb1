import { useMemo } from 'react';
import type { Evacuations } from '../evacuation/use-evacuations.ts';
import { usePlatform } from '../platform/platform-context.tsx';
import { useClientRegions } from '../platform/use-client-regions.ts';
import { describeObservedRoute, describeTwinRoute, type RouteView } from './describe-status.ts';
import { type RegionModel, regionModels } from './region-model.ts';
import { useObservations } from './use-observations.ts';

/** Where traffic is led, and every region, at this moment. */
export interface Overview {
  readonly route: RouteView | null;
  readonly regions: readonly RegionModel[];
}

/** Joins what twin, regions, client and peers say. */
export function useOverview({ states }: Evacuations): Overview {
  const { outputs, regions, twin } = usePlatform();
  const clientRegions = useClientRegions();
  const observations = useObservations();
  const hasTwin = twin !== null;
  const twinState = twin?.state ?? null;
  return useMemo(() => {
    const route = routeOf({ hasTwin, twinState, global: outputs.global, observed: observations.route });
    const models = regionModels({
      regions,
      twinState,
      hasTwin,
      observed: observations.health,
      route,
      clientRegions,
      evacuations: states,
    });
    return { route, regions: models };
  }, [outputs, regions, hasTwin, twinState, observations, clientRegions, states]);
}

function routeOf({
  hasTwin,
  twinState,
  global,
  observed,
}: {
  readonly hasTwin: boolean;
  readonly twinState: Parameters<typeof describeTwinRoute>[0] | null;
  readonly global: Parameters<typeof describeObservedRoute>[0] | null;
  readonly observed: Parameters<typeof describeObservedRoute>[1];
}): RouteView | null {
  if (hasTwin) return twinState === null ? null : describeTwinRoute(twinState);
  return global === null ? null : describeObservedRoute(global, observed);
}
