import { type DrillRunReport, reportRun } from './data/data-report.ts';
import { runDataScenario } from './data/data-scenario.ts';
import { attachTwin } from './drilled-twin.ts';

/** How the scenario `data` is run once. */
export interface DataSeedOptions {
  readonly seed: number;
  readonly operations: number;
  readonly signal: AbortSignal;
  /** Command that runs this again. */
  readonly repeat: string;
  readonly onProgress: (text: string) => void;
}

/**
 * Runs the scenario `data` against the twin whose control API is at `control`, and sums it up.
 *
 * @throws {DrillError} when the twin cannot be driven, or does not settle
 */
export async function runDataSeed(
  control: string,
  { repeat, ...options }: DataSeedOptions,
): Promise<DrillRunReport> {
  const { seed, signal } = options;
  // A twin that is not new may hold an earlier run with the same seed.
  const prefix = `drill-${seed}-${Date.now().toString(36)}`;
  const twin = await attachTwin(control, signal);
  return reportRun(await runDataScenario({ ...options, twin, prefix }), { seed, repeat });
}
