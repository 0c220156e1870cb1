import { type Topology, TopologyError } from '@gsp/platform/topology';
import type { CheckResult } from './check-result.ts';

const FILE = 'amplify/topology.ts';

/** Whether the topology holds: its faults as it tells them, one each. */
export function checkTopology(topology: Topology | Error): CheckResult[] {
  if (topology instanceof TopologyError) return topology.issues.map(asResult);
  if (topology instanceof Error) {
    return [
      {
        check: 'topology',
        stage: null,
        level: 'fault',
        what: `${FILE} cannot be loaded: ${topology.message}`,
        why: 'Nothing can be synthesized, started or deployed without it.',
        remedy: 'Correct the file; npx tsc -p tsconfig.json says where.',
      },
    ];
  }
  const { project, regions } = topology;
  return [
    {
      check: 'topology',
      stage: null,
      level: 'ok',
      what: `${FILE} holds: project ${project}, ${regions.length} regions`,
    },
  ];
}

/** `needed` is made of what is accepted and of the remedy as a sentence of its own. */
function asResult({ path, given, needed }: TopologyError['issues'][number]): CheckResult {
  const [accepted = needed, ...remedy] = needed.split(/(?<=\.) /);
  const shown = given === undefined ? 'nothing' : JSON.stringify(given);
  return {
    check: 'topology',
    stage: null,
    level: 'fault',
    what: `${path}: given ${shown}, ${accepted.replace(/\.$/, '')}`,
    ...(remedy.length > 0 && { remedy: remedy.join(' ') }),
  };
}
