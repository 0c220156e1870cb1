import type { Stage } from './stage-faults.ts';
import { fault, type TopologyFault } from './topology-error.ts';

/** What is wrong with a stage's edge, and with what breaks the stage on purpose, as a whole. */
export function edgeFaults({
  settings: { edge, domain, faultInjection, observability },
}: Stage): TopologyFault[] {
  const faults: TopologyFault[] = [];
  if (edge.cloudFront && domain === null) {
    faults.push(
      fault(
        'edge.cloudFront',
        true,
        'false while the stage has no domain',
        'Set domain: CloudFront has one origin, and that is the name which fails over',
      ),
    );
  }
  if (edge.waf !== 'off' && !edge.cloudFront) {
    faults.push(
      fault(
        'edge.waf',
        edge.waf,
        "'off' while edge.cloudFront is false",
        'Set cloudFront true: AWS WAF cannot stand in front of an HTTP API itself',
      ),
    );
  }
  if (faultInjection && !observability.alarms) {
    faults.push(
      fault(
        'faultInjection',
        true,
        'false while observability.alarms is false',
        'Set alarms true: they are what ends an experiment that goes wrong',
      ),
    );
  }
  return faults;
}
