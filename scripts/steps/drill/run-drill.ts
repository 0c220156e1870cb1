import { writeFile } from 'node:fs/promises';
import type { RegionAssembly } from '../../../local/supervisor/twin.ts';
import { terminal } from '../terminal.ts';
import { waitForTermination } from '../termination.ts';
import { DrillError } from './drill-error.ts';
import { withProgress } from './drill-progress.ts';
import type { DrillRunReport } from './drill-report.ts';
import { attachTwin } from './drilled-twin.ts';
import { assemblePlatform, startOwnTwin } from './own-twin.ts';
import { renderDrillReport } from './render-drill-report.ts';
import { type ScenarioContext, type ScenarioName, scenarios } from './scenarios.ts';

/** The options of `npm run drill`, parsed. */
export interface RunDrillOptions {
  readonly scenario: ScenarioName;
  readonly seeds: readonly number[];
  readonly operations: number;
  /** Control API of a running twin; without it every seed gets a twin of its own. */
  readonly control: string | undefined;
  readonly json: boolean;
  /** File that the report is written to, as JSON. */
  readonly report: string | undefined;
}

/** What `--json` prints and `--report` writes. */
interface DrillReport {
  readonly scenario: ScenarioName;
  readonly isKept: boolean;
  readonly runs: readonly DrillRunReport[];
}

/**
 * Runs a scenario with each seed, prints what it came to, and leaves nothing running, also when told to end.
 *
 * @throws {DrillError} when a promise was broken, once everything is reported; or when a drill cannot be carried out
 */
export async function runDrill(options: RunDrillOptions): Promise<void> {
  const stop = new AbortController();
  void waitForTermination().then((signal) =>
    stop.abort(new DrillError(`Cannot finish the drill: told to end (${signal}).`)),
  );
  const assemblies = options.control === undefined ? await assemble(stop.signal) : [];
  const runs: DrillRunReport[] = [];
  try {
    for (const seed of options.seeds)
      runs.push(await showSeed(seed, { options, assemblies, signal: stop.signal }));
  } finally {
    // Also when a later seed could not be run, or somebody lost patience: what is done is worth telling.
    if (runs.length > 0) await report(runs, options);
  }
  const broken = runs.filter(({ isKept }) => !isKept).map(({ seed }) => seed);
  if (broken.length === 0) return;
  throw new DrillError(
    `Cannot call the promises kept: they were broken with seed ${broken.join(', ')}. See the histories above.`,
  );
}

interface SeedOptions {
  readonly options: RunDrillOptions;
  readonly assemblies: readonly RegionAssembly[];
  readonly signal: AbortSignal;
}

function showSeed(seed: number, options: SeedOptions): Promise<DrillRunReport> {
  const what = `Scenario ${options.options.scenario}, seed ${seed}`;
  return withProgress(
    what,
    (onProgress) => runSeed(seed, options, onProgress),
    ({ isKept }, ms) => ({
      isGood: isKept,
      text: `${what}: ${isKept ? 'kept' : 'BROKEN'} after ${(ms / 1000).toFixed(1)} s`,
    }),
  );
}

function assemble(signal: AbortSignal): Promise<RegionAssembly[]> {
  return withProgress(
    'Synthesizing every region',
    () => assemblePlatform(signal),
    () => ({ isGood: true, text: 'Synthesized every region' }),
  );
}

/** One run, against the given twin or one of its own, which is ended whatever happens. */
async function runSeed(
  seed: number,
  { options: { scenario, operations, control }, assemblies, signal }: SeedOptions,
  onProgress: ScenarioContext['onProgress'],
): Promise<DrillRunReport> {
  const repeat = `npm run drill -- --scenario ${scenario} --seed ${seed} --operations ${operations}`;
  const context = { seed, operations, signal, repeat, onProgress };
  if (control !== undefined)
    return scenarios[scenario].run({ ...context, twin: await attachTwin(control, signal) });
  signal.throwIfAborted();
  onProgress('starting a twin');
  const own = await startOwnTwin(assemblies, seed);
  try {
    return await scenarios[scenario].run({ ...context, twin: await attachTwin(own.control, signal) });
  } finally {
    onProgress('ending the twin');
    await own.end();
  }
}

async function report(
  runs: readonly DrillRunReport[],
  { scenario, json, report: file }: RunDrillOptions,
): Promise<void> {
  const result: DrillReport = { scenario, isKept: runs.every(({ isKept }) => isKept), runs };
  const text = JSON.stringify(result, null, 2);
  if (file !== undefined) await writeFile(file, `${text}\n`);
  terminal.print(json ? text : `\n${renderDrillReport(runs)}`);
}
