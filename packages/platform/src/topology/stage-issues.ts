import { describeStrongConsistencySets, strongConsistencySetOf } from './aws-regions.ts';
import { edgeIssues } from './edge-schema.ts';
import { guardIssues } from './guard-schema.ts';
import { routingIssues } from './routing-schema.ts';
import { issue, type TopologyIssue } from './topology-error.ts';
import type { Stage, StageSettings } from './topology-schema.ts';

/**
 * What is wrong with a stage as a whole: rules between values, each of which is fine alone. Paths are
 * relative to the stage.
 */
export function stageIssues(stage: Stage): TopologyIssue[] {
  return [
    ...routingIssues(stage),
    ...corsIssues(stage.settings),
    ...consistencyIssues(stage),
    ...guardIssues(stage.settings),
    ...edgeIssues(stage.settings),
  ];
}

function corsIssues({ cors }: StageSettings): TopologyIssue[] {
  if (!cors.allowCredentials || !cors.allowOrigins.includes('*')) return [];
  return [
    issue(
      'cors.allowOrigins',
      cors.allowOrigins,
      "origins other than '*' while allowCredentials is true",
      'List the origins, or set allowCredentials false: browsers refuse the two together',
    ),
  ];
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html */
function consistencyIssues({ regions, settings: { table } }: Stage): TopologyIssue[] {
  if (table.consistency === 'strong') return strongConsistencyIssues(regions, table);
  const issues: TopologyIssue[] = [];
  if (table.witnessRegion !== null) {
    issues.push(
      issue(
        'table.witnessRegion',
        table.witnessRegion,
        "null with consistency 'eventual'",
        "Remove it, or set consistency 'strong'; only that has a witness",
      ),
    );
  }
  if (!table.timeToLive) {
    issues.push(
      issue(
        'table.timeToLive',
        false,
        "true with consistency 'eventual'",
        'Set it true; canaries, tombstones and items rely on their expiry, or the table grows without end',
      ),
    );
  }
  return issues;
}

function strongConsistencyIssues(
  regions: readonly string[],
  { timeToLive, witnessRegion }: StageSettings['table'],
): TopologyIssue[] {
  const issues: TopologyIssue[] = [];
  if (timeToLive) {
    issues.push(
      issue(
        'table.timeToLive',
        true,
        "false with consistency 'strong'",
        "Set timeToLive false and sweep expired items yourself, or take consistency 'eventual'",
      ),
    );
  }
  if (witnessRegion !== null && regions.includes(witnessRegion)) {
    issues.push(
      issue(
        'table.witnessRegion',
        witnessRegion,
        `a Region other than the replicas' (${regions.join(', ')})`,
        'Name a third Region of their set; a witness keeps no items and serves nobody',
      ),
    );
  }
  if (regions.length !== (witnessRegion === null ? 3 : 2)) {
    issues.push(
      issue(
        'regions',
        regions,
        "exactly 3 replicas, or 2 and a witnessRegion, with consistency 'strong'",
        "Add or remove Regions, set table.witnessRegion, or take consistency 'eventual'",
      ),
    );
  }
  const members = witnessRegion === null ? regions : [...regions, witnessRegion];
  if (strongConsistencySetOf(members) === undefined) {
    issues.push(
      issue(
        witnessRegion === null || strongConsistencySetOf(regions) === undefined
          ? 'regions'
          : 'table.witnessRegion',
        members,
        `Regions of one set with consistency 'strong': ${describeStrongConsistencySets()}`,
        "Take all replicas and the witness from one set, or take consistency 'eventual'",
      ),
    );
  }
  return issues;
}
