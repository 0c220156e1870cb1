import type { MeasuredObjective } from '../drill-report.ts';
import { clientAtRest, clientThrough } from './client-objectives.ts';
import { drains, hasBacklog, keepsData } from './data-objectives.ts';
import {
  detects,
  failsOnlyMeanwhile,
  keepsTtl,
  moves,
  movesNoSooner,
  recovers,
  returns,
  returnsAfter,
} from './failover-objectives.ts';
import { allUnhealthy, answersElsewhere, failuresOf } from './measure.ts';
import {
  afterCheckerTimeout,
  afterRampDown,
  afterRampUp,
  afterVerdictCache,
  atOnce,
  type ModelTiming,
  withinASecond,
} from './model-timing.ts';
import { measureObjective, type Objective } from './objective.ts';
import type { TrafficRecord } from './traffic-recording.ts';
import type { TrafficScenarioName } from './traffic-scenarios.ts';

const healthyAtStart: Objective = {
  name: 'unhealthy checks at the start',
  unit: 'checks',
  relation: 'exactly',
  limit: () => ({ value: 0, because: 'nothing is broken yet' }),
  measure: ({ unhealthyAtStart }) => unhealthyAtStart.length,
};

const neverFails: Objective = {
  name: 'failed requests',
  unit: 'requests',
  relation: 'exactly',
  limit: () => ({ value: 0, because: 'every region could answer all the time' }),
  measure: (record) =>
    record.samples.length === 0
      ? null
      : record.obedient.reduce((sum, vantage) => sum + failuresOf(record, vantage), 0),
};

const stays: Objective = {
  name: 'answers that left the primary',
  unit: 'answers',
  relation: 'exactly',
  limit: () => ({ value: 0, because: 'a region is no less healthy for what it cannot send to its peer' }),
  measure: (record) => answersElsewhere(record, { fromSeconds: 0, untilSeconds: Number.POSITIVE_INFINITY }),
};

/** A resolver's answer that was begun before the second region turned may still be under way. */
const FAIL_OPEN_GRACE_SECONDS = 5;

const FAIL_OPEN_NAME = 'answers other than the primary meanwhile';

const failsOpen: readonly Objective[] = [
  {
    name: 'time with no healthy region',
    unit: 's',
    relation: 'at least',
    limit: ({ budget }) => ({ value: budget.intervalSeconds, because: 'or failing open was not seen' }),
    measure: (record) => {
      const span = allUnhealthy(record);
      return span === null ? null : Math.min(span.untilSeconds, endOf(record)) - span.fromSeconds;
    },
  },
  {
    name: FAIL_OPEN_NAME,
    unit: 'answers',
    relation: 'exactly',
    limit: () => ({ value: 0, because: 'with no healthy record Route 53 answers as if all were healthy' }),
    measure: (record) => {
      const span = allUnhealthy(record);
      if (span === null) return null;
      const fromSeconds = span.fromSeconds + FAIL_OPEN_GRACE_SECONDS;
      return answersElsewhere(record, { ...span, fromSeconds });
    },
  },
];

function endOf({ samples }: TrafficRecord): number {
  return samples.at(-1)?.atSeconds ?? 0;
}

const showsStaleness: Objective = {
  name: 'failed requests of stale clients',
  unit: 'requests',
  relation: 'at least',
  limit: () => ({ value: 1, because: 'or no client was stale' }),
  measure: (record) => failuresOf(record, 'dns-stale'),
};

/** How long a call may take, in real milliseconds, while others wait for DNS. */
const NOTICED_MS = 1_000;

/** The same where the region still answers, later than one waits for: a first answer is waited for in vain. */
const GREY_MS = 2_000;

const failover = (timing: ModelTiming): readonly Objective[] => [
  healthyAtStart,
  detects(timing),
  moves(timing),
  recovers(timing),
  returns,
  keepsTtl,
  failsOnlyMeanwhile(timing),
  ...keepsData,
  drains,
];

/** A Region that says it is unhealthy and serves: traffic moves, and nobody notices. */
const unwellInWordOnly: readonly Objective[] = [
  healthyAtStart,
  moves(afterRampUp),
  returnsAfter(afterRampDown),
  neverFails,
  ...keepsData,
  ...clientThrough(NOTICED_MS),
];

/** What each scenario must come to: the one table of objectives. */
export const objectives: Readonly<Record<TrafficScenarioName, readonly Objective[]>> = {
  'steady-state': [neverFails, ...clientAtRest],
  'region-kill': [...failover(atOnce), movesNoSooner, ...clientThrough(NOTICED_MS)],
  'region-slow': [...failover(afterCheckerTimeout), ...clientThrough(GREY_MS)],
  'table-throttled': [...failover(afterVerdictCache), ...clientThrough(GREY_MS)],
  'replication-cut': [healthyAtStart, neverFails, stays, hasBacklog, ...keepsData, drains],
  evacuate: [
    healthyAtStart,
    detects(withinASecond, 0),
    moves(withinASecond),
    returns,
    keepsTtl,
    neverFails,
    ...keepsData,
    drains,
    ...clientThrough(NOTICED_MS),
  ],
  'dns-stale-client': [...failover(atOnce), showsStaleness],
  'all-unhealthy': [healthyAtStart, ...failsOpen, neverFails, keepsTtl, ...keepsData, drains],
  failback: [...failover(atOnce), hasBacklog, ...clientThrough(NOTICED_MS)],
  'region-unhealthy': unwellInWordOnly,
  'health-crashes': unwellInWordOnly,
  'health-late': unwellInWordOnly,
  'replication-paused': [healthyAtStart, neverFails, stays, ...keepsData],
};

/** Holds a scenario that is over against its objectives. Measured values are rounded to a tenth only when they are shown. */
export function measureObjectives(
  scenario: TrafficScenarioName,
  record: TrafficRecord,
): readonly MeasuredObjective[] {
  return objectives[scenario]
    .filter((objective) => isMeasurable(objective, record))
    .map((objective) => measureObjective(objective, record));
}

/** What only Route 53's control plane or the twin could tell is not measured against a deployed platform. */
const SEEN_IN_A_TWIN: readonly string[] = ['time to detect', keepsTtl.name, drains.name, hasBacklog.name];

/** A weighted answer names any region: none that could be left, or come back to. */
const SEEN_WITH_A_PRIMARY: readonly string[] = [returns.name, stays.name, movesNoSooner.name, FAIL_OPEN_NAME];

function isMeasurable({ name }: Objective, { isTwin, primary }: TrafficRecord): boolean {
  if (!isTwin && SEEN_IN_A_TWIN.includes(name)) return false;
  return primary !== null || !SEEN_WITH_A_PRIMARY.includes(name);
}
