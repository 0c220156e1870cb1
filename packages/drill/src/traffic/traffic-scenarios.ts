import type { ExperimentKind } from '@gsp/operator/fault-injection';
import { linksOf } from '../drill-fault.ts';
import { EXPERIMENT_SECONDS } from './model-timing.ts';
import type { ObserverName } from './observers.ts';
import type { ScenarioActions } from './scenario-actions.ts';

/** A failure that traffic goes through. What it must come to stands in the table of objectives. */
export interface TrafficScenario {
  readonly description: string;
  /** Whether it breaks things in ways that only a twin allows. */
  readonly needsTwin: boolean;
  /** What AWS Fault Injection Service breaks for it, which it does on a deployed platform only. @default - nothing */
  readonly experiment?: ExperimentKind;
  readonly observers: readonly ObserverName[];
  /** @default false */
  readonly isReadOnly?: boolean;
  /** What happens while traffic goes on. */
  run(actions: ScenarioActions): Promise<void>;
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
    observers: ['dns', 'client'],
    async run(actions: ScenarioActions) {
      await actions.wait(BEFORE_SECONDS);
      await actions.startExperiment(experiment);
      await actions.untilLeft({ showsAfterSeconds: EXPERIMENT_SECONDS.rampUp });
      await actions.wait(OUTAGE_SECONDS);
      await actions.stopExperiments();
      await actions.untilReturned({ showsAfterSeconds: EXPERIMENT_SECONDS.rampDown });
      await actions.wait(AFTER_SECONDS);
    },
  }) as const;

async function loseRegion(actions: ScenarioActions): Promise<void> {
  const region = actions.victim;
  await actions.wait(BEFORE_SECONDS);
  await actions.untilProbed();
  await actions.break([{ region, kind: 'kill' }]);
  await actions.untilLeft();
  await actions.wait(OUTAGE_SECONDS);
  await actions.heal([{ region, kind: 'start' }]);
  await actions.untilReturned();
  await actions.wait(AFTER_SECONDS);
}

/** The scenarios in which traffic is driven through DNS, and beside it through the client library, by their names on the command line. */
export const trafficScenarios = {
  'steady-state': {
    description: 'nothing breaks; reads only',
    needsTwin: false,
    observers: ['dns', 'client'],
    isReadOnly: true,
    run: (actions) => actions.wait(BEFORE_SECONDS + AFTER_SECONDS),
  },
  'region-kill': {
    description: 'every process of the primary dies at once, and comes back',
    needsTwin: true,
    observers: ['dns', 'client'],
    run: loseRegion,
  },
  'region-slow': {
    description: 'a grey failure: the primary answers well, but later than health checkers wait',
    needsTwin: true,
    observers: ['dns', 'client'],
    async run(actions) {
      const region = actions.victim;
      const delayMs = actions.platform.checkerTimeoutSeconds * 1_000 + SLOWER_THAN_CHECKERS_MS;
      await actions.wait(BEFORE_SECONDS);
      await actions.untilProbed();
      await actions.break([{ region, kind: 'slow', delayMs }]);
      await actions.untilLeft();
      await actions.wait(OUTAGE_SECONDS);
      await actions.heal([{ region, kind: 'heal' }]);
      await actions.untilReturned();
      await actions.wait(AFTER_SECONDS);
    },
  },
  'table-throttled': {
    description: "the primary's table refuses every request, while its API answers",
    needsTwin: true,
    observers: ['dns', 'client'],
    async run(actions) {
      const region = actions.victim;
      await actions.wait(BEFORE_SECONDS);
      await actions.untilProbed();
      await actions.break([{ region, kind: 'throttle', share: 1 }]);
      await actions.untilLeft();
      await actions.wait(OUTAGE_SECONDS);
      await actions.heal([{ region, kind: 'heal' }]);
      await actions.untilReturned();
      await actions.wait(AFTER_SECONDS);
    },
  },
  'replication-cut': {
    description: 'regions do not hear of each other, while clients write in both',
    needsTwin: true,
    observers: ['dns', 'regional'],
    async run(actions) {
      const links = linksOf(actions.platform.regions.map(({ region }) => region));
      await actions.wait(BEFORE_SECONDS);
      await actions.break(links.map((link) => ({ link, kind: 'cut' })));
      await actions.wait(actions.budget.totalSeconds / 2);
      await actions.heal(links.map((link) => ({ link, kind: 'heal' })));
      await actions.wait(AFTER_SECONDS);
    },
  },
  evacuate: {
    description: 'an operator takes the healthy primary out of service, and back',
    needsTwin: false,
    observers: ['dns', 'client'],
    async run(actions) {
      await actions.wait(BEFORE_SECONDS);
      await actions.evacuate();
      await actions.untilLeft();
      await actions.wait(OUTAGE_SECONDS);
      await actions.restore();
      await actions.untilReturned();
      await actions.wait(AFTER_SECONDS);
    },
  },
  'dns-stale-client': {
    description: 'the primary dies under clients that keep its address far beyond the time to live',
    needsTwin: true,
    observers: ['dns', 'dns-stale'],
    run: loseRegion,
  },
  'all-unhealthy': {
    description: 'one cause makes the checks of all regions fail, while all could answer',
    needsTwin: true,
    observers: ['dns'],
    async run(actions) {
      const regions = actions.platform.regions.map(({ region }) => region);
      const delayMs = actions.platform.checkerTimeoutSeconds * 1_000 + BARELY_SLOWER_THAN_CHECKERS_MS;
      await actions.wait(BEFORE_SECONDS);
      await actions.break(regions.map((region) => ({ region, kind: 'slow', delayMs })));
      await actions.untilAllUnhealthy();
      // Long enough for every cache to have asked again.
      await actions.wait(actions.budget.ttlSeconds + OUTAGE_SECONDS);
      await actions.heal(regions.map((region) => ({ region, kind: 'heal' })));
      await actions.untilAllHealthy();
      await actions.wait(AFTER_SECONDS);
    },
  },
  failback: {
    description: 'the primary dies with writes that only it has, and takes its traffic back',
    needsTwin: true,
    observers: ['dns', 'client'],
    async run(actions) {
      const region = actions.victim;
      const outbound = actions.others.map((to) => [region, to] as const);
      await actions.wait(BEFORE_SECONDS);
      await actions.prepare(outbound.map((link) => ({ link, kind: 'cut' })));
      await actions.wait(BEFORE_SECONDS);
      await actions.untilProbed();
      await actions.break([{ region, kind: 'kill' }]);
      await actions.untilLeft();
      await actions.wait(OUTAGE_SECONDS);
      await actions.heal([
        ...outbound.map((link) => ({ link, kind: 'heal' }) as const),
        { region, kind: 'start' },
      ]);
      await actions.untilReturned();
      await actions.wait(AFTER_SECONDS);
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
    observers: ['dns', 'regional'],
    async run(actions) {
      await actions.wait(BEFORE_SECONDS);
      await actions.startExperiment('replication-pause');
      await actions.wait(PAUSE_BEGINS_SECONDS + PAUSE_SECONDS);
      await actions.stopExperiments();
      await actions.wait(AFTER_SECONDS);
    },
  },
} as const satisfies Readonly<Record<string, TrafficScenario>>;

/** Name of a scenario in which traffic is driven through DNS. */
export type TrafficScenarioName = keyof typeof trafficScenarios;

/** Names of all of them. */
export const trafficScenarioNames = Object.keys(trafficScenarios) as readonly TrafficScenarioName[];
