import { writeFile } from 'node:fs/promises';
import { CommandError, terminal, waitForTermination } from '@gsp/cli-kit';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES, type TwinAssembly } from '@gsp/operator/start';
import { type DataRunReport, renderDataReport, reportDataRun } from './data/data-report.ts';
import { runDataScenario } from './data/data-scenario.ts';
import { type RegisterHistory, registerHistories } from './data/register-histories.ts';
import type { DrillReport, TrafficReport } from './drill-report.ts';
import { startOwnTwin } from './own-twin.ts';
import { prepareExperiments } from './prepare-experiments.ts';
import { renderDrillPage } from './report-html/render-drill-page.ts';
import { chosenScenarios, type ScenarioChoice, type ScenarioName } from './scenarios.ts';
import { attachTwin } from './target-twin.ts';
import { deployedTargetPlatform } from './traffic/deployed-target-platform.ts';
import { renderTrafficReports } from './traffic/render-traffic-reports.ts';
import { runTrafficScenario } from './traffic/run-traffic-scenario.ts';
import type { TargetPlatform } from './traffic/target-platform.ts';
import type { TrafficScenarioName } from './traffic/traffic-scenarios.ts';
import { twinTargetPlatform } from './traffic/twin-target-platform.ts';

/** The options of `npm run drill`, parsed. */
export interface RunDrillOptions extends ScenarioChoice {
  readonly seeds: readonly number[];
  /** Operations of the scenario `data`. @default - few within `all`, many by itself */
  readonly operations: number | undefined;
  /** The stage's name again, where a deployed platform is to be broken and there is no person to type it. */
  readonly yesBreak: string | undefined;
  /** Of a twin of its own. */
  readonly timeScale: number;
  /** Whether the report is printed as JSON, or the file that it is written to. */
  readonly json: boolean | string;
  /** File that the report is written to as a page. */
  readonly report: string | undefined;
  /** File that histories of the scenario `data` are written to, for a judge of linearizability. */
  readonly out: string | undefined;
}

/** Operations of the scenario `data`: by itself, and among others, where it should take no longer than they do. */
const OPERATIONS = { alone: 5_000, amongOthers: 3_000 } as const;

/** What one `npm run drill` collects. */
interface Collected {
  target: string;
  readonly traffic: TrafficReport[];
  readonly data: DataRunReport[];
  readonly registers: (RegisterHistory & { readonly seed: number })[];
}

/**
 * Runs scenarios with each seed, prints what they came to, and leaves nothing running, also when told to end.
 *
 * @throws {CommandError} when an objective was missed or a promise broken, once everything is reported; or when a drill
 *   cannot be carried out
 */
export async function runDrill(options: RunDrillOptions): Promise<void> {
  const names = chosenScenarios(options);
  const stop = new AbortController();
  void waitForTermination().then((signal) =>
    stop.abort(new CommandError(`Cannot finish the drill: told to end (${signal}).`)),
  );
  const startedAt = new Date();
  const collected: Collected = { target: '', traffic: [], data: [], registers: [] };
  try {
    await runAll(names, { options, collected, signal: stop.signal });
  } finally {
    // Also when a later scenario could not be run, or somebody lost patience: what is done is worth telling.
    if (collected.traffic.length + collected.data.length > 0)
      await publish(reportOf(collected, startedAt), { ...options, registers: collected.registers });
  }
  const missed = missedIn(collected);
  if (missed.length === 0) return;
  throw new CommandError(
    `Cannot call the objectives met: ${missed.join('; ')}. See the tables above, and repeat a scenario with its seed.`,
  );
}

interface RunContext {
  readonly options: RunDrillOptions;
  readonly collected: Collected;
  readonly signal: AbortSignal;
}

async function runAll(names: readonly ScenarioName[], context: RunContext): Promise<void> {
  const { options, signal } = context;
  const isOwn = options.twin === undefined && options.target === undefined;
  const assembled = isOwn ? await assemble(signal) : undefined;
  const traffic = names.flatMap((name) => (name === 'data' ? [] : [name]));
  for (const seed of options.seeds) {
    if (traffic.length > 0) await runTraffic(traffic, { ...context, seed, assembled });
    if (names.includes('data')) await runData({ ...context, seed, assembled, isAlone: names.length === 1 });
  }
}

interface SeedContext extends RunContext {
  readonly seed: number;
  /** Absent where the twin, or the platform, is given. */
  readonly assembled: TwinAssembly | undefined;
}

/** All scenarios of one seed, on one platform: each begins when the one before has healed. */
function runTraffic(names: readonly TrafficScenarioName[], context: SeedContext): Promise<void> {
  return onControl(context, async (control) => {
    const platform = await openPlatform(control, context);
    context.collected.target = platform.target;
    try {
      const { yesBreak } = context.options;
      await prepareExperiments(names, { platform, yesBreak, signal: context.signal });
      for (const name of names)
        context.collected.traffic.push(await showTraffic(name, { ...context, platform }));
    } finally {
      // What was given is given back whole, whatever happened.
      if (context.assembled === undefined) await giveBack(platform);
    }
  });
}

/** Ending an experiment takes a while; somebody who has pressed Ctrl-C should see why. */
async function giveBack(platform: TargetPlatform): Promise<void> {
  if (platform.experiments?.isBreaking !== true) return platform.restoreAll();
  const done = () => ({ isGood: true, text: 'Ended the experiment' });
  await terminal.during('Ending the experiment', () => platform.restoreAll(), done);
}

function openPlatform(
  control: string | undefined,
  { options: { target }, signal }: SeedContext,
): Promise<TargetPlatform> {
  if (control !== undefined) return twinTargetPlatform(control, signal);
  if (target !== undefined) return deployedTargetPlatform(target, signal);
  throw new CommandError('Cannot drill: there is neither a twin nor a deployed platform.');
}

function showTraffic(
  name: TrafficScenarioName,
  { options, seed, platform, signal }: SeedContext & { platform: TargetPlatform },
): Promise<TrafficReport> {
  const what = `${name}, seed ${seed}`;
  const prefix = prefixOf(`${name}-`, seed);
  const repeat = repeatOf(`--scenario ${name} --seed ${seed}`, options);
  return terminal.during(
    what,
    (onProgress) => runTrafficScenario({ platform, name, seed, prefix, repeat, signal, onProgress }),
    ({ isKept, objectives }, ms) => {
      const missed = objectives.filter((objective) => !objective.isKept).map((objective) => objective.name);
      const text = isKept ? 'kept' : `MISSED ${missed.join(', ')}`;
      return { isGood: isKept, text: `${what}: ${text} after ${(ms / 1000).toFixed(1)} s` };
    },
  );
}

async function runData(context: SeedContext & { isAlone: boolean }): Promise<void> {
  const { seed, signal, options, isAlone, collected } = context;
  const operations = options.operations ?? (isAlone ? OPERATIONS.alone : OPERATIONS.amongOthers);
  const what = `data, seed ${seed}`;
  const repeat = repeatOf(`--scenario data --seed ${seed} --operations ${operations}`, options);
  const report = await terminal.during(
    what,
    (onProgress) =>
      onControl(context, async (control = '') => {
        const twin = await attachTwin(control, signal);
        const run = { twin, seed, operations, prefix: prefixOf('', seed), signal, onProgress };
        const result = await runDataScenario(run);
        collected.registers.push(...registerHistories(result.history).map((each) => ({ seed, ...each })));
        return reportDataRun(result, { seed, repeat });
      }),
    ({ isKept }, ms) => ({
      isGood: isKept,
      text: `${what}: ${isKept ? 'kept' : 'BROKEN'} after ${(ms / 1000).toFixed(1)} s`,
    }),
  );
  if (collected.target === '') collected.target = options.twin ?? 'a twin of its own';
  collected.data.push(report);
}

/** Does the work with the given twin or one of its own, which is ended whatever happens. */
async function onControl<T>(
  { options, assembled, seed, signal }: SeedContext,
  work: (control: string | undefined) => Promise<T>,
): Promise<T> {
  if (assembled === undefined) return work(options.twin);
  signal.throwIfAborted();
  const own = await startOwnTwin(assembled, { seed, timeScale: options.timeScale });
  try {
    return await work(own.control);
  } finally {
    await own.end();
  }
}

function assemble(signal: AbortSignal): Promise<TwinAssembly> {
  return terminal.during(
    'Synthesizing every region',
    async () => assembleTwin(await loadProject(), 'main', { signal, changes: LOAD_CHANGES }),
    () => ({ isGood: true, text: 'Synthesized every region' }),
  );
}

/** Begins the names of a run's items: a twin that is not new may hold an earlier run with the same seed. */
function prefixOf(scenario: string, seed: number): string {
  return `drill-${scenario}${seed}-${Date.now().toString(36)}`;
}

function repeatOf(what: string, { target, twin, timeScale }: RunDrillOptions): string {
  const where =
    target !== undefined
      ? ` --target ${target}`
      : twin !== undefined
        ? ` --twin ${twin}`
        : ` --time-scale ${timeScale}`;
  return `npm run drill -- ${what}${where}`;
}

function reportOf({ target, traffic, data }: Collected, startedAt: Date): DrillReport {
  return {
    target,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    isKept: [...traffic, ...data].every(({ isKept }) => isKept),
    scenarios: traffic,
    dataRuns: data,
  };
}

function missedIn({ traffic, data }: Collected): string[] {
  return [
    ...traffic.flatMap(({ name, objectives }) => {
      const missed = objectives.filter(({ isKept }) => !isKept).map((objective) => objective.name);
      return missed.length === 0 ? [] : [`${name} missed ${missed.join(', ')}`];
    }),
    ...data.flatMap(({ isKept, seed }) => (isKept ? [] : [`data broke its promises with seed ${seed}`])),
  ];
}

async function publish(
  report: DrillReport,
  { json, report: page, out, registers }: RunDrillOptions & Pick<Collected, 'registers'>,
): Promise<void> {
  const text = JSON.stringify(report, null, 2);
  if (out !== undefined) await writeFile(out, `${JSON.stringify({ histories: registers })}\n`);
  if (page !== undefined) await writeFile(page, await renderDrillPage(report));
  if (typeof json === 'string') await writeFile(json, `${text}\n`);
  if (json === true) return terminal.result(text);
  const { scenarios: traffic, dataRuns } = report;
  if (traffic.length > 0) terminal.print(`\n${renderTrafficReports(traffic)}`);
  if (dataRuns.length > 0) terminal.print(`\n${renderDataReport(dataRuns)}`);
}
