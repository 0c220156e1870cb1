import type { TrafficReport } from '../traffic-report.ts';

/** A state that held for a while. */
export interface LaneSegment {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** In words, such as `eu-west-1` or `unhealthy`. */
  readonly label: string;
  /** Decides the colour: a region by its place in the topology, or a verdict. */
  readonly tone: `region-${number}` | 'healthy' | 'unhealthy' | 'none' | 'several';
}

/** One thing whose states are drawn over time. */
export interface StateLane {
  readonly title: string;
  /** What a reader may want to know of it. */
  readonly note: string;
  readonly segments: readonly LaneSegment[];
}

/** Colours there are for regions; further ones begin anew. */
const REGION_TONES = 5;

/** What DNS answered for the global name, from answer to answer. */
export function dnsLane({ dnsAnswers, regions, durationSeconds }: TrafficReport): StateLane {
  const segments = dnsAnswers.map(({ atSeconds, regions: answered }, index): LaneSegment => {
    const [only = ''] = answered;
    return {
      fromSeconds: atSeconds,
      toSeconds: dnsAnswers[index + 1]?.atSeconds ?? durationSeconds,
      label: answered.length === 0 ? 'no address' : answered.join(', '),
      tone: answered.length > 1 ? 'several' : regionTone(regions, only),
    };
  });
  return { title: 'DNS answer', note: 'region behind the addresses that were answered', segments };
}

/** The verdict of every health check; calculated ones, which records go by, before those they are made of. */
export function checkLanes({ checkStates, durationSeconds }: TrafficReport): readonly StateLane[] {
  const names = [...new Set(checkStates.map(({ check }) => check))];
  const lanes = names.map((name) => {
    const states = checkStates.filter(({ check }) => check === name);
    const [first] = states;
    const segments = states.map(({ atSeconds, isHealthy }, index): LaneSegment => {
      const verdict = isHealthy ? 'healthy' : 'unhealthy';
      return {
        fromSeconds: atSeconds,
        toSeconds: states[index + 1]?.atSeconds ?? durationSeconds,
        label: verdict,
        tone: verdict,
      };
    });
    const note = [first?.kind, first?.inverted ? 'inverted' : ''].filter((word) => word !== '').join(', ');
    return { isCalculated: first?.kind === 'calculated', lane: { title: name, note, segments } };
  });
  return [...lanes].sort((a, b) => Number(b.isCalculated) - Number(a.isCalculated)).map(({ lane }) => lane);
}

function regionTone(regions: readonly string[], region: string): LaneSegment['tone'] {
  const index = regions.indexOf(region);
  return index === -1 ? 'none' : `region-${index % REGION_TONES}`;
}
