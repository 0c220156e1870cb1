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
 * The scenarios that `all` stands for: on a twin everything that breaks something, elsewhere what needs no twin.
 */
export function allScenarios({ isTwin }: { isTwin: boolean }): readonly ScenarioName[] {
  return scenarioNames.filter((name) => (isTwin ? name !== 'steady-state' : !scenarios[name].needsTwin));
}
