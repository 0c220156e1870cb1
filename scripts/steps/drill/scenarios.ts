import { runDataScenario } from './data-scenario.ts';
import { type DrillRunReport, reportRun } from './drill-report.ts';
import type { DrilledTwin } from './drilled-twin.ts';

/** What a scenario is given for one run. */
export interface ScenarioContext {
  readonly twin: DrilledTwin;
  readonly seed: number;
  readonly operations: number;
  readonly signal: AbortSignal;
  /** Command that runs this again. */
  readonly repeat: string;
  readonly onProgress: (text: string) => void;
}

/** A failure, what clients do meanwhile, and how it is judged. */
export interface Scenario {
  readonly description: string;
  run(context: ScenarioContext): Promise<DrillRunReport>;
}

/** Every scenario by its name on the command line. */
export const scenarios = {
  data: {
    description: 'the promises about data, through cuts, delays, wrong clocks and kill -9',
    run: async ({ repeat, ...context }) => {
      // A twin that is not new may hold an earlier run with the same seed.
      const prefix = `drill-${context.seed}-${Date.now().toString(36)}`;
      const result = await runDataScenario({ ...context, prefix });
      return reportRun(result, { seed: context.seed, repeat });
    },
  },
} as const satisfies Readonly<Record<string, Scenario>>;

/** Name of a scenario. */
export type ScenarioName = keyof typeof scenarios;

/** Names of all scenarios. */
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];
