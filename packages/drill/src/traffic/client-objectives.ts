import { measureObserver } from './measure.ts';
import type { Objective } from './objective.ts';
import type { TrafficRecord } from './traffic-recording.ts';

/** The observer that these objectives are about, as it is registered. */
const CLIENT = 'client';

/** Requests for a call that are too many while nothing is broken: what repeats and hedges may add to the load. */
const REQUESTS_PER_CALL_MAX = 1.1;

const ofClient = (record: TrafficRecord) => measureObserver(record, CLIENT);

const neverFails: Objective = {
  name: 'failed calls of the client',
  unit: 'calls',
  relation: 'exactly',
  limit: () => ({ value: 0, because: 'a region that answers is always left' }),
  measure: (record) => {
    const { calls, failed } = ofClient(record);
    return calls === 0 ? null : failed;
  },
};

const answersSoon = (p99MsMax: number): Objective => ({
  name: "p99 of the client's calls meanwhile",
  unit: 'ms',
  relation: 'at most',
  limit: () => ({
    value: p99MsMax,
    because:
      'real time, from the fault until those who follow DNS have moved; failed calls count as long as they took',
  }),
  measure: (record) => ofClient(record).meanwhile?.p99Ms ?? null,
});

const asksOnce: Objective = {
  name: 'requests for a call of the client',
  unit: 'requests a call',
  relation: 'at most',
  limit: () => ({
    value: REQUESTS_PER_CALL_MAX,
    because: 'before anything is broken, repeats and hedges together',
  }),
  measure: (record) => ofClient(record).requestsPerCall,
};

/** What the platform's client promises while nothing is broken: no failed call, and no load to speak of. */
export const clientAtRest: readonly Objective[] = [neverFails, asksOnce];

/**
 * What the platform's client promises through a failure: its caller does not notice.
 *
 * @param p99MsMax - how long a call may take while others wait for DNS, in real milliseconds
 */
export const clientThrough = (p99MsMax: number): readonly Objective[] => [
  neverFails,
  answersSoon(p99MsMax),
  asksOnce,
];
