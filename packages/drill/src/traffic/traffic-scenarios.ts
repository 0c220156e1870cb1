import type { ExperimentKind } from '@gsp/platform/topology';
import { linksOf } from '../data/fault-schedule.ts';
import { EXPERIMENT_SECONDS } from './model-timing.ts';
import type { VantageName } from './observers.ts';
import type { TrafficStage } from './scenario-actions.ts';

/** A failure that traffic goes through. What it must come to stands in the table of objectives. */
export interface TrafficScenario {
  readonly description: string;
  /** Whether it breaks things in ways that only a twin allows. */
  readonly needsTwin: boolean;
  /** What AWS Fault Injection Service breaks for it, which it does on a deployed platform only. @default - nothing */
  readonly experiment?: ExperimentKind;
  readonly vantages: readonly VantageName[];
  /** @default false */
  readonly isReadOnly?: boolean;
  /** What happens while traffic goes on. */
  play(stage: TrafficStage): Promise<void>;
}

/** Traffic before a fault and after the last move, in model seconds. */
const BEFORE_SECONDS = 15;
const AFTER_SECONDS = 15;

/** An outage goes on this long after everybody has moved. */
const OUTAGE_SECONDS = 15;

/** Later than a checker waits, sooner than a client gives up; with the rest of an answer slow by any client's measure. */
const SLOWER_THAN_CHECKERS_MS = 700;

/** Later than a checker waits, and yet no client's trouble. */
const BARELY_SLOWER_THAN_CHECKERS_MS = 250;

/**
 * How long FIS may take until a table is no longer replicated, and how long it then is not, in seconds.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
const PAUSE_BEGINS_SECONDS = 300;
const PAUSE_SECONDS = 60;

/** A region's word for its own health is made untrue, while it serves. */
const unwellInWordOnly = (experiment: ExperimentKind) =>
  ({
    needsTwin: false,
    experiment,
    vantages: ['dns', 'client'],
    async play(stage: TrafficStage) {
      await stage.dwell(BEFORE_SECONDS);
      await stage.startExperiment(experiment);
      await stage.hasBeenLeft({ showsAfterSeconds: EXPERIMENT_SECONDS.rampUp });
      await stage.dwell(OUTAGE_SECONDS);
      await stage.stopExperiments();
      await stage.hasBeenReturnedTo({ showsAfterSeconds: EXPERIMENT_SECONDS.rampDown });
      await stage.dwell(AFTER_SECONDS);
    },
  }) as const;

async function loseRegion(stage: TrafficStage): Promise<void> {
  const region = stage.victim;
  await stage.dwell(BEFORE_SECONDS);
  await stage.justProbed();
  await stage.break([{ region, kind: 'kill' }]);
  await stage.hasBeenLeft();
  await stage.dwell(OUTAGE_SECONDS);
  await stage.heal([{ region, kind: 'start' }]);
  await stage.hasBeenReturnedTo();
  await stage.dwell(AFTER_SECONDS);
}

/** The scenarios in which traffic is driven through DNS, and beside it through the client library, by their names on the command line. */
export const trafficScenarios = {
  'steady-state': {
    description: 'nothing breaks; reads only',
    needsTwin: false,
    vantages: ['dns', 'client'],
    isReadOnly: true,
    play: (stage) => stage.dwell(BEFORE_SECONDS + AFTER_SECONDS),
  },
  'region-kill': {
    description: 'every process of the primary dies at once, and comes back',
    needsTwin: true,
    vantages: ['dns', 'client'],
    play: loseRegion,
  },
  'region-slow': {
    description: 'a grey failure: the primary answers well, but later than health checkers wait',
    needsTwin: true,
    vantages: ['dns', 'client'],
    async play(stage) {
      const region = stage.victim;
      const delayMs = stage.platform.checkerTimeoutSeconds * 1_000 + SLOWER_THAN_CHECKERS_MS;
      await stage.dwell(BEFORE_SECONDS);
      await stage.justProbed();
      await stage.break([{ region, kind: 'slow', delayMs }]);
      await stage.hasBeenLeft();
      await stage.dwell(OUTAGE_SECONDS);
      await stage.heal([{ region, kind: 'heal' }]);
      await stage.hasBeenReturnedTo();
      await stage.dwell(AFTER_SECONDS);
    },
  },
  'table-throttled': {
    description: "the primary's table refuses every request, while its API answers",
    needsTwin: true,
    vantages: ['dns', 'client'],
    async play(stage) {
      const region = stage.victim;
      await stage.dwell(BEFORE_SECONDS);
      await stage.justProbed();
      await stage.break([{ region, kind: 'throttle', share: 1 }]);
      await stage.hasBeenLeft();
      await stage.dwell(OUTAGE_SECONDS);
      await stage.heal([{ region, kind: 'heal' }]);
      await stage.hasBeenReturnedTo();
      await stage.dwell(AFTER_SECONDS);
    },
  },
  'replication-cut': {
    description: 'regions do not hear of each other, while clients write in both',
    needsTwin: true,
    vantages: ['dns', 'regional'],
    async play(stage) {
      const links = linksOf(stage.platform.regions.map(({ region }) => region));
      await stage.dwell(BEFORE_SECONDS);
      await stage.break(links.map((link) => ({ link, kind: 'cut' })));
      await stage.dwell(stage.budget.totalSeconds / 2);
      await stage.heal(links.map((link) => ({ link, kind: 'heal' })));
      await stage.dwell(AFTER_SECONDS);
    },
  },
  evacuate: {
    description: 'an operator takes the healthy primary out of service, and back',
    needsTwin: false,
    vantages: ['dns', 'client'],
    async play(stage) {
      await stage.dwell(BEFORE_SECONDS);
      await stage.evacuate();
      await stage.hasBeenLeft();
      await stage.dwell(OUTAGE_SECONDS);
      await stage.restore();
      await stage.hasBeenReturnedTo();
      await stage.dwell(AFTER_SECONDS);
    },
  },
  'dns-stale-client': {
    description: 'the primary dies under clients that keep its address far beyond the time to live',
    needsTwin: true,
    vantages: ['dns', 'dns-stale'],
    play: loseRegion,
  },
  'all-unhealthy': {
    description: 'one cause makes the checks of all regions fail, while all could answer',
    needsTwin: true,
    vantages: ['dns'],
    async play(stage) {
      const regions = stage.platform.regions.map(({ region }) => region);
      const delayMs = stage.platform.checkerTimeoutSeconds * 1_000 + BARELY_SLOWER_THAN_CHECKERS_MS;
      await stage.dwell(BEFORE_SECONDS);
      await stage.break(regions.map((region) => ({ region, kind: 'slow', delayMs })));
      await stage.areAllUnhealthy();
      // Long enough for every cache to have asked again.
      await stage.dwell(stage.budget.ttlSeconds + OUTAGE_SECONDS);
      await stage.heal(regions.map((region) => ({ region, kind: 'heal' })));
      await stage.areAllHealthy();
      await stage.dwell(AFTER_SECONDS);
    },
  },
  failback: {
    description: 'the primary dies with writes that only it has, and takes its traffic back',
    needsTwin: true,
    vantages: ['dns', 'client'],
    async play(stage) {
      const region = stage.victim;
      const outbound = stage.others.map((to) => [region, to] as const);
      await stage.dwell(BEFORE_SECONDS);
      await stage.prepare(outbound.map((link) => ({ link, kind: 'cut' })));
      await stage.dwell(BEFORE_SECONDS);
      await stage.justProbed();
      await stage.break([{ region, kind: 'kill' }]);
      await stage.hasBeenLeft();
      await stage.dwell(OUTAGE_SECONDS);
      await stage.heal([
        ...outbound.map((link) => ({ link, kind: 'heal' }) as const),
        { region, kind: 'start' },
      ]);
      await stage.hasBeenReturnedTo();
      await stage.dwell(AFTER_SECONDS);
    },
  },
  'region-unhealthy': {
    description: 'the primary says that it is unhealthy, while it serves (experiment health-503)',
    ...unwellInWordOnly('health-503'),
  },
  'health-crashes': {
    description: "the primary's health function fails, while the region serves (experiment health-error)",
    ...unwellInWordOnly('health-error'),
  },
  'health-late': {
    description:
      'the primary answers health probes later than checkers wait, while it serves (experiment health-delay)',
    ...unwellInWordOnly('health-delay'),
  },
  'replication-paused': {
    description: 'nothing is replicated to or from the primary (experiment replication-pause)',
    needsTwin: false,
    experiment: 'replication-pause',
    vantages: ['dns', 'regional'],
    async play(stage) {
      await stage.dwell(BEFORE_SECONDS);
      await stage.startExperiment('replication-pause');
      await stage.dwell(PAUSE_BEGINS_SECONDS + PAUSE_SECONDS);
      await stage.stopExperiments();
      await stage.dwell(AFTER_SECONDS);
    },
  },
} as const satisfies Readonly<Record<string, TrafficScenario>>;

/** Name of a scenario in which traffic is driven through DNS. */
export type TrafficScenarioName = keyof typeof trafficScenarios;

/** Names of all of them. */
export const trafficScenarioNames = Object.keys(trafficScenarios) as readonly TrafficScenarioName[];
