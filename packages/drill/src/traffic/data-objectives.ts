import type { PromiseName, Verdict } from '../judge/judge.ts';
import { backlogMax, timeToDrain } from './measure.ts';
import type { Objective } from './objective.ts';

/** What a region may take to follow up when a link is healed, in real seconds: it goes at its own pace. */
const DRAIN_SECONDS = 5;

const promise = (
  name: string,
  { unit, names }: { unit: Objective['unit']; names: readonly PromiseName[] },
): Objective => ({
  name,
  unit,
  relation: 'exactly',
  limit: () => ({ value: 0, because: `promise about data: ${names.join(', ')}` }),
  measure: ({ verdict }) => (verdict === null ? null : breaches(verdict, names)),
});

function breaches(verdict: Verdict, names: readonly PromiseName[]): number {
  return names.reduce((sum, name) => sum + verdict[name].length, 0);
}

/** The promises about data, as a caller puts them. */
export const keepsData: readonly Objective[] = [
  promise('acknowledged writes lost', { unit: 'writes', names: ['losses'] }),
  promise('duplicates', { unit: 'writes', names: ['idempotency'] }),
  promise('stale session reads', { unit: 'reads', names: ['sessions'] }),
  promise('other breaches about data', {
    unit: 'breaches',
    names: ['convergence', 'conflict log', 'refusals', 'counters', 'lives', 'merges', 'answers', 'follow-up'],
  }),
];

/** What waited is replicated soon after links heal. */
export const drains: Objective = {
  name: 'backlog drained after',
  unit: 's',
  relation: 'at most',
  limit: ({ timeScale }) => ({
    value: DRAIN_SECONDS * timeScale,
    because: `${DRAIN_SECONDS} s of the regions' own pace`,
  }),
  measure: timeToDrain,
};

/** A link that is cut keeps something waiting. */
export const hasBacklog: Objective = {
  name: 'records that waited at most',
  unit: 'records',
  relation: 'at least',
  limit: () => ({ value: 1, because: 'or nothing was cut' }),
  measure: backlogMax,
};
