import { failoverBudget } from './failover-budget.ts';
import type { Stage } from './stage-faults.ts';
import { fault, type TopologyFault } from './topology-error.ts';

/** Route 53 knows one PRIMARY and one SECONDARY record of a name. */
const FAILOVER_REGIONS_MAX = 2;

/**
 * What is wrong with how a stage's Regions share the traffic. Whether Route 53 would take it is known to
 * nobody before a deployment: CDK does not check it, or warns.
 */
export function routingFaults({ regions, settings: { routing } }: Stage): TopologyFault[] {
  return [...policyFaults(regions, routing.policy), ...budgetFaults(routing)];
}

/**
 * What is wrong with the weights that a stage gives itself. Those it inherits may be for Regions it does not
 * have, and for a policy it replaces; then they mean nothing.
 */
export function weightFaults(
  { regions, settings: { routing } }: Stage,
  weights: Readonly<Record<string, number>>,
): TopologyFault[] {
  const names = Object.keys(weights);
  if (names.length === 0) return [];
  if (routing.policy !== 'weighted') {
    return [
      fault(
        'routing.weights',
        weights,
        `none with policy '${routing.policy}'`,
        "Remove them, or set routing.policy 'weighted'",
      ),
    ];
  }
  const unknown = names.filter((name) => !regions.includes(name));
  if (unknown.length > 0) {
    return [
      fault(
        'routing.weights',
        unknown,
        `Regions of the stage: ${regions.join(', ')}`,
        'Respell the Region, remove its weight, or add it to regions',
      ),
    ];
  }
  if (regions.some((region) => weights[region] !== 0)) return [];
  return [
    fault(
      'routing.weights',
      weights,
      'at least one weight above 0',
      'Raise one: Route 53 takes a name whose weights are all 0 for one that shares traffic evenly',
    ),
  ];
}

function policyFaults(regions: readonly string[], policy: string): TopologyFault[] {
  if (policy !== 'failover' || regions.length <= FAILOVER_REGIONS_MAX) return [];
  return [
    fault(
      'routing.policy',
      policy,
      `'latency', 'weighted' with ${regions.length} Regions (${regions.join(', ')})`,
      "Set routing.policy 'latency', which leaves an unhealthy Region alike, or keep two Regions: Route 53 knows one primary and one secondary",
    ),
  ];
}

function budgetFaults(routing: Stage['settings']['routing']): TopologyFault[] {
  const { intervalSeconds, failureThreshold } = routing.healthCheck;
  const { detectionSeconds, ttlSeconds, totalSeconds } = failoverBudget(routing);
  if (totalSeconds <= routing.failoverBudgetSeconds) return [];
  return [
    fault(
      'routing.failoverBudgetSeconds',
      routing.failoverBudgetSeconds,
      `${totalSeconds} and more with these checks: ${intervalSeconds} s interval x threshold ${failureThreshold} = ${detectionSeconds} s, and ${ttlSeconds} s that DNS answers are kept`,
      'Lower routing.healthCheck.intervalSeconds or failureThreshold, or allow more seconds',
    ),
  ];
}
