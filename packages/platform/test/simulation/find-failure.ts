import { checkHistory } from './check-history.ts';
import { describeRun } from './describe-run.ts';
import { generateScenario } from './generate-scenario.ts';
import type { Violation } from './history.ts';
import type { Seams } from './model/seams.ts';
import { runSimulation } from './run-simulation.ts';
import type { Scenario } from './scenario.ts';
import { shrinkScenario } from './shrink-scenario.ts';

/** Which seeds to play. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** Plays a scenario and judges it. */
export async function violationsOf(scenario: Scenario, seams?: Seams): Promise<Violation[]> {
  return checkHistory(await runSimulation(scenario, seams));
}

/**
 * Plays scenarios of two and of three regions, each seed once with each, until one breaks a promise.
 *
 * @returns the first that does, undefined when none does
 */
export async function findFailure(
  { first, count }: SeedRange,
  breaks: (scenario: Scenario) => Promise<boolean>,
): Promise<Scenario | undefined> {
  for (let seed = first; seed < first + count; seed++) {
    for (const regions of [2, 3] as const) {
      const scenario = generateScenario(seed, regions);
      if (await breaks(scenario)) return scenario;
    }
  }
  return undefined;
}

/** Makes a failing scenario as small as it goes, and tells it as a timeline. */
export async function explainFailure(scenario: Scenario): Promise<string> {
  const [violation] = await violationsOf(scenario);
  const smallest = await shrinkScenario(scenario, async (smaller) =>
    (await violationsOf(smaller)).some(({ checker }) => checker === violation?.checker),
  );
  const history = await runSimulation(smallest);
  return describeRun(smallest, history, checkHistory(history));
}
