import { MINUTES_PER_MONTH } from './assumptions.ts';
import type { RegionUse } from './calculate-bill.ts';
import { GLOBAL } from './price-items.ts';
import type { Traffic } from './request-use.ts';
import type { CalledFunction, Inventory, RegionInventory } from './take-inventory.ts';

/** How long a function keeps a secret before it asks for it again. */
const SECRET_MINUTES = 5;

/** What stands before the Regions uses, and their functions' calls for it; and what breaks them on purpose. */
export function edgeUse(inventory: Inventory, traffic: Traffic): RegionUse[] {
  const { requests, experimentMinutes = 0 } = traffic;
  const edge = {
    edgeRequests: inventory.hasDistribution ? requests : 0,
    wafRequests: inventory.hasWebAcl ? requests : 0,
  };
  return [
    { region: GLOBAL, quantities: edge },
    ...inventory.regions.map((region, index) => {
      const part = traffic.share === 'even' || index === 0 ? 1 : 0;
      const isCalled = requests * part > 0;
      return {
        region: region.region,
        quantities: {
          secretCalls: isCalled ? (region.functions.api.secrets * MINUTES_PER_MONTH) / SECRET_MINUTES : 0,
          bucketLists: calledFunctions(inventory, region, isCalled).reduce(
            // The extension asks once a minute as long as the function is warm.
            (sum, { asksForExperiments }) => sum + (asksForExperiments ? MINUTES_PER_MONTH : 0),
            0,
          ),
          experimentMinutes: index === 0 ? experimentMinutes : 0,
        },
      };
    }),
  ];
}

/** Functions that are called often enough to be warm all month. */
function calledFunctions(
  { checks }: Inventory,
  { functions, hasHeartbeat }: RegionInventory,
  isCalled: boolean,
): CalledFunction[] {
  return [
    ...(isCalled ? [functions.api] : []),
    ...(checks.health.length > 0 ? [functions.health] : []),
    ...(hasHeartbeat ? [functions.heartbeat] : []),
  ];
}
