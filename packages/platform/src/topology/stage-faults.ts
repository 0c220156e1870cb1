import { describeStrongConsistencySets, strongConsistencySetOf } from './aws-regions.ts';
import { edgeFaults } from './edge-faults.ts';
import { guardFaults } from './guard-faults.ts';
import { routingFaults } from './routing-faults.ts';
import { fault, type TopologyFault } from './topology-error.ts';
import type { StageSettings } from './topology-schema.ts';

/** What one stage comes to: its Regions in order and its settings. */
export interface Stage {
  readonly regions: readonly string[];
  readonly settings: StageSettings;
}

/**
 * What is wrong with a stage as a whole: rules between values, each of which is fine alone. Paths are
 * relative to the stage.
 */
export function stageFaults(stage: Stage): TopologyFault[] {
  return [
    ...routingFaults(stage),
    ...corsFaults(stage.settings),
    ...consistencyFaults(stage),
    ...guardFaults(stage),
    ...edgeFaults(stage),
  ];
}

function corsFaults({ cors }: StageSettings): TopologyFault[] {
  if (!cors.allowCredentials || !cors.allowOrigins.includes('*')) return [];
  return [
    fault(
      'cors.allowOrigins',
      cors.allowOrigins,
      "origins other than '*' while allowCredentials is true",
      'List the origins, or set allowCredentials false: browsers refuse the two together',
    ),
  ];
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html */
function consistencyFaults({ regions, settings: { table } }: Stage): TopologyFault[] {
  if (table.consistency === 'strong') return strongConsistencyFaults(regions, table);
  const faults: TopologyFault[] = [];
  if (table.witnessRegion !== null) {
    faults.push(
      fault(
        'table.witnessRegion',
        table.witnessRegion,
        "null with consistency 'eventual'",
        "Remove it, or set consistency 'strong'; only that has a witness",
      ),
    );
  }
  if (!table.timeToLive) {
    faults.push(
      fault(
        'table.timeToLive',
        false,
        "true with consistency 'eventual'",
        'Set it true; canaries, tombstones and items rely on their expiry, or the table grows without end',
      ),
    );
  }
  return faults;
}

function strongConsistencyFaults(
  regions: readonly string[],
  { timeToLive, witnessRegion }: StageSettings['table'],
): TopologyFault[] {
  const faults: TopologyFault[] = [];
  if (timeToLive) {
    faults.push(
      fault(
        'table.timeToLive',
        true,
        "false with consistency 'strong'",
        "Set timeToLive false and sweep expired items yourself, or take consistency 'eventual'",
      ),
    );
  }
  if (witnessRegion !== null && regions.includes(witnessRegion)) {
    faults.push(
      fault(
        'table.witnessRegion',
        witnessRegion,
        `a Region other than the replicas' (${regions.join(', ')})`,
        'Name a third Region of their set; a witness keeps no items and serves nobody',
      ),
    );
  }
  if (regions.length !== (witnessRegion === null ? 3 : 2)) {
    faults.push(
      fault(
        'regions',
        regions,
        "exactly 3 replicas, or 2 and a witnessRegion, with consistency 'strong'",
        "Add or remove Regions, set table.witnessRegion, or take consistency 'eventual'",
      ),
    );
  }
  const members = witnessRegion === null ? regions : [...regions, witnessRegion];
  if (strongConsistencySetOf(members) === undefined) {
    faults.push(
      fault(
        witnessRegion === null || strongConsistencySetOf(regions) === undefined
          ? 'regions'
          : 'table.witnessRegion',
        members,
        `Regions of one set with consistency 'strong': ${describeStrongConsistencySets()}`,
        "Take all replicas and the witness from one set, or take consistency 'eventual'",
      ),
    );
  }
  return faults;
}
