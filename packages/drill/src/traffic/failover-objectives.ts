import {
  failuresOutside,
  type Span,
  timeToDetect,
  timeToMove,
  timeToRecover,
  timeToReturn,
} from './measure.ts';
import { afterVerdictCache, atOnce, type ModelTiming, plain } from './model-timing.ts';
import type { Objective } from './objective.ts';
import type { TrafficRecord } from './traffic-recording.ts';

/** Measured times may exceed the arithmetic by this share: clients ask at intervals, machines have other things to do. */
const TOLERANCE = 0.1;

/** What gathering the checkers' opinions may take on top; AWS documents no figure. */
const GATHERING_TOLERANCE = 0.05;

/** How long AWS's own answers with an alias to an API are kept, in seconds. */
const ALIAS_TTL_SECONDS = 60;

function detection({ budget }: TrafficRecord): string {
  return `${plain(budget.intervalSeconds)} s x ${budget.failureThreshold}`;
}

/** Route 53 holds the region for unhealthy in time. */
export const detects = (timing: ModelTiming, tolerance = GATHERING_TOLERANCE): Objective => ({
  name: 'time to detect',
  unit: 's',
  relation: 'at most',
  limit: (record) => {
    const { seconds, words } = timing(record);
    return {
      value: record.budget.detectionSeconds * (1 + tolerance) + seconds,
      because: `${detection(record)}${words}${tolerance === 0 ? '' : `, and ${tolerance * 100} %`}`,
    };
  },
  measure: (record) => timeToDetect(record),
});

function moveArithmetic(record: TrafficRecord, timing: ModelTiming): { seconds: number; words: string } {
  const { seconds, words } = timing(record);
  const { detectionSeconds, ttlSeconds } = record.budget;
  return {
    seconds: detectionSeconds + seconds + ttlSeconds,
    words: `${detection(record)}${words} + ${plain(ttlSeconds)} s TTL`,
  };
}

/** The last client that obeys DNS is elsewhere in time. */
export const moves = (timing: ModelTiming): Objective => ({
  name: 'time to move',
  unit: 's',
  relation: 'at most',
  limit: (record) => {
    const { seconds, words } = moveArithmetic(record, timing);
    return { value: seconds * (1 + TOLERANCE), because: `${words}, and ${TOLERANCE * 100} %` };
  },
  measure: timeToMove,
});

/** Faster than the arithmetic is wrong too: then something was not kept, or asked, as it is said to be. */
export const movesNoSooner: Objective = {
  name: 'time to move, not sooner than',
  unit: 's',
  relation: 'at least',
  limit: (record) => {
    const { seconds, words } = moveArithmetic(record, atOnce);
    return { value: seconds * (1 - TOLERANCE), because: `${words}, less ${TOLERANCE * 100} %` };
  },
  measure: timeToMove,
};

/** Nothing is slow or fails any more once every client has moved. */
export const recovers = (timing: ModelTiming): Objective => ({
  ...moves(timing),
  name: 'time to recover',
  measure: timeToRecover,
});

/** The last client that obeys DNS is back in time, once all is healed, and healing shows. */
export const returnsAfter = (timing: ModelTiming): Objective => ({
  ...moves(timing),
  name: 'time to return',
  measure: timeToReturn,
});

/** The same where healing shows as soon as the verdict of before is forgotten. */
export const returns: Objective = returnsAfter(afterVerdictCache);

/** DNS gives answers the time to live that an alias has on AWS: every cache goes by it. */
export const keepsTtl: Objective = {
  name: 'time to live of an answer',
  unit: 's',
  relation: 'exactly',
  limit: ({ timeScale }) => ({
    // DNS knows whole seconds only.
    value: Math.max(1, Math.round(ALIAS_TTL_SECONDS / timeScale)) * timeScale,
    because: `an alias has ${ALIAS_TTL_SECONDS} s, in whole seconds of a twin's clock`,
  }),
  measure: ({ ttlSeconds }) => ttlSeconds,
};

/** The span in which requests may fail: until the last obedient client must have moved. */
function outage(record: TrafficRecord, timing: ModelTiming): Span | null {
  const from = record.faultedAtSeconds;
  if (from === null) return null;
  return { fromSeconds: from, untilSeconds: from + moveArithmetic(record, timing).seconds * (1 + TOLERANCE) };
}

/** Requests fail only while traffic cannot have moved. */
export const failsOnlyMeanwhile = (timing: ModelTiming): Objective => ({
  name: 'failed requests outside the time to move',
  unit: 'requests',
  relation: 'exactly',
  limit: () => ({ value: 0, because: 'before the fault, and once traffic may be expected to have moved' }),
  measure: (record) => failuresOutside(record, outage(record, timing)),
});
