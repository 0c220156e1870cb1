import type { Random } from '../seeded-random.ts';
import { regionDistance } from './region-distance.ts';
import type { RecordSetDefinition, RoutingDefinition } from './route53-definition.ts';

/** A record set and whether its health check, and its target where that is evaluated, are healthy. */
export interface JudgedRecord {
  readonly record: RecordSetDefinition;
  readonly healthy: boolean;
}

/**
 * The record sets of one name and type that Route 53 may answer with now; where there are several, by weight. With
 * `simple` routing all of them. When all are unhealthy it answers as if all were healthy: the primary, the nearest,
 * by weight.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 *
 * @param nearestRegion region from which latency is seen
 */
export function eligibleRecords(
  group: readonly JudgedRecord[],
  nearestRegion: string,
): RecordSetDefinition[] {
  const healthy = group.filter((each) => each.healthy);
  const candidates = (healthy.length > 0 ? healthy : group).map(({ record }) => record);
  switch (candidates[0]?.routing.policy) {
    case 'failover':
      return first(candidates, ({ routing }) => (isPrimary(routing) ? 0 : 1));
    case 'latency':
      return first(candidates, ({ routing }) => regionDistance(nearestRegion, regionOf(routing)));
    case 'weighted':
      return byWeight(candidates);
    default:
      return group.map(({ record }) => record);
  }
}

/** One of the eligible record sets: by its share of their weights, or any of them where all weigh nothing. */
export function drawRecord(
  eligible: readonly RecordSetDefinition[],
  random: Random,
): RecordSetDefinition | undefined {
  const weights = eligible.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return eligible[Math.floor(random() * eligible.length)];
  let left = random() * total;
  return eligible.find((_, index) => {
    left -= weights[index] ?? 0;
    return left < 0;
  });
}

/** A record of weight 0 takes part only while none with a weight does. */
function byWeight(candidates: readonly RecordSetDefinition[]): RecordSetDefinition[] {
  const weighty = candidates.filter((record) => weightOf(record) > 0);
  return weighty.length > 0 ? weighty : [...candidates];
}

function weightOf({ routing }: RecordSetDefinition): number {
  return routing.policy === 'weighted' ? routing.weight : 0;
}

function isPrimary(routing: RoutingDefinition): boolean {
  return routing.policy === 'failover' && routing.role === 'PRIMARY';
}

function regionOf(routing: RoutingDefinition): string {
  return routing.policy === 'latency' ? routing.region : '';
}

/** The one that comes first; among equals the one whose identifier does, so that every answer is the same. */
function first(
  records: readonly RecordSetDefinition[],
  rank: (record: RecordSetDefinition) => number,
): RecordSetDefinition[] {
  const identifier = ({ setIdentifier = '' }: RecordSetDefinition) => setIdentifier;
  const sorted = [...records].sort((a, b) => rank(a) - rank(b) || (identifier(a) < identifier(b) ? -1 : 1));
  return sorted.slice(0, 1);
}
