import type { ExperimentKind } from '@gsp/platform/topology';
import {
  type TrafficScenarioName,
  trafficScenarioNames,
  trafficScenarios,
} from './traffic/traffic-scenarios.ts';

/** Name of a scenario. */
export type ScenarioName = TrafficScenarioName | 'data';

/** What a person should know of a scenario before choosing it. */
interface ScenarioSummary {
  readonly description: string;
  /** Whether it breaks things in ways that only a twin allows. */
  readonly needsTwin: boolean;
  /** What AWS breaks for it, on a deployed platform only. */
  readonly experiment?: ExperimentKind;
}

/** Every scenario by its name on the command line. */
export const scenarios: Readonly<Record<ScenarioName, ScenarioSummary>> = {
  ...trafficScenarios,
  data: {
    description: 'the promises about data, through cuts, delays, wrong clocks and kill -9',
    needsTwin: true,
  },
};

/** Names of all scenarios. */
export const scenarioNames: readonly ScenarioName[] = [...trafficScenarioNames, 'data'];

/**
 * The scenarios that can be run: on a twin those that need none of AWS's experiments, elsewhere those that need no twin.
 */
export function possibleScenarios({ isTwin }: { isTwin: boolean }): readonly ScenarioName[] {
  return scenarioNames.filter((name) =>
    isTwin ? scenarios[name].experiment === undefined : !scenarios[name].needsTwin,
  );
}

/**
 * The scenarios that `all` stands for: on a twin everything that breaks something, elsewhere what needs neither a twin nor
 * an experiment. What breaks a deployed platform has to be asked for by its name.
 */
export function allScenarios({ isTwin }: { isTwin: boolean }): readonly ScenarioName[] {
  return possibleScenarios({ isTwin }).filter((name) =>
    isTwin ? name !== 'steady-state' : scenarios[name].experiment === undefined,
  );
}
