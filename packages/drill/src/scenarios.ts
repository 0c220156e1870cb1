import { CommandError } from '@gsp/cli-kit';
import type { ExperimentKind } from '@gsp/operator/fault-injection';
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

/** What is to be drilled, and how. */
export interface ScenarioChoice {
  /** Names as given; `all` stands for every one that the target allows. */
  readonly scenarios: readonly (ScenarioName | 'all')[];
  /** Control API of a running twin; without it every seed gets a twin of its own. */
  readonly twin: string | undefined;
  /** File with the outputs of a deployed platform, to drill that. */
  readonly target: string | undefined;
}

/**
 * The scenarios to run, each once, in the order in which they were named.
 *
 * @throws {CommandError} where one cannot be run on what is drilled, or two things are to be drilled at once
 */
export function chosenScenarios({ scenarios: asked, target, twin }: ScenarioChoice): readonly ScenarioName[] {
  if (target !== undefined && twin !== undefined)
    throw new CommandError('Cannot drill two things at once: give --twin or --target, not both.');
  const kind = { isTwin: target === undefined };
  const possible = possibleScenarios(kind);
  const names = [...new Set(asked.flatMap((name) => (name === 'all' ? allScenarios(kind) : [name])))];
  const refused = names.filter((name) => !possible.includes(name));
  if (refused.length === 0) return names;
  throw new CommandError(
    kind.isTwin
      ? `Cannot run ${refused.join(', ')} on a twin: AWS Fault Injection Service breaks it, a deployed platform is needed. Name its outputs with --target.`
      : `Cannot run ${refused.join(', ')} against a deployed platform: only a twin can be broken like that. There, ${possible.join(', ')} work.`,
  );
}
