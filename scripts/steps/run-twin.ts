import { fileURLToPath } from 'node:url';
import type { StageChanges } from '../../amplify/topology/parse-changes.ts';
import type { EngineKind } from '../../local/dynamodb/engine/engine-process.ts';
import { startControlApi } from '../../local/supervisor/control-api.ts';
import { readyFileOf, removeReadyFile, writeReadyFile } from '../../local/supervisor/ready-file.ts';
import { type RegionAssembly, Twin } from '../../local/supervisor/twin.ts';
import { assembleTwin, type TwinAssembly } from './assemble-twin.ts';
import { type BuiltConsole, buildConsole } from './console/build-console.ts';
import { ConsoleError } from './console/console-error.ts';
import { DEV_SERVER_ORIGINS } from './console/dev-server-origins.ts';
import { startBanner } from './start-banner.ts';
import { type Terminal, terminal } from './terminal.ts';
import { waitForTermination } from './termination.ts';
import { mergeOutputs } from './twin-outputs.ts';
import { watchDefinition } from './watch-definition.ts';

/** The options of `npm start`, parsed. */
export interface RunTwinOptions {
  readonly branch: string;
  readonly portBase: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly timeScale: number;
  /** Region that latency routing finds nearest; the first where none is named. */
  readonly vantage: string | undefined;
  readonly seed: number;
  readonly engine: EngineKind;
  readonly readyFile: string | undefined;
  readonly watch: boolean;
  /** Settings to try out instead of the stage's own. */
  readonly changes: StageChanges | undefined;
  /** Whether the console is built and served. */
  readonly console: boolean;
  /** Origins whose pages may call the regions beside those of the template and of the console. */
  readonly allowOrigin: readonly string[];
}

const DEFINITION = fileURLToPath(new URL('../../amplify', import.meta.url));

/**
 * Synthesizes the definition, runs the twin on it until the process is told to end, and leaves nothing running.
 *
 * @throws {Error} one of the expected errors of synthesis or of the twin, whose message is for a person
 */
export async function runTwin(options: RunTwinOptions): Promise<void> {
  const stop = new AbortController();
  const terminated = waitForTermination().then((signal) => {
    stop.abort(new Error(`told to end (${signal})`));
    return signal;
  });
  // Beside the synthesis: each is one process that waits for its own files. Over when the twin is, however that ends.
  const over = new AbortController();
  const building = options.console ? beginConsole(AbortSignal.any([stop.signal, over.signal])) : undefined;
  try {
    await synthesizeAndServe(options, { building, stop: stop.signal, terminated });
  } finally {
    over.abort(new Error('the twin has ended'));
  }
}

async function synthesizeAndServe(
  options: RunTwinOptions,
  { building, stop, terminated }: Pick<ServeContext, 'building' | 'stop' | 'terminated'>,
): Promise<void> {
  const assemble = (signal: AbortSignal) =>
    assembleTwin(options.branch, { signal, changes: options.changes });
  const assembled = await orEnd(
    stop,
    terminal.during(
      'Synthesizing every region from amplify/backend.ts',
      () => assemble(stop),
      ({ assemblies }, ms) =>
        `Synthesized ${list(assemblies)} in ${seconds(ms)}${assemblies.every((one) => one.fromCache) ? ' (unchanged since the last time)' : ''}`,
    ),
  );
  if (assembled === undefined) return;
  const twin = await startRegions(options, assembled);
  try {
    await serve(twin, { options, building, assemble, stop, terminated });
  } finally {
    await terminal.during(
      'Ending every region',
      () => twin.stop(),
      () => 'Everything has ended',
    );
  }
}

function startRegions(options: RunTwinOptions, assembled: TwinAssembly): Promise<Twin> {
  const { portBase, dataDir, fresh, lagMs, timeScale, vantage, seed, engine, allowOrigin } = options;
  return terminal.during(
    'Starting every region',
    async () =>
      Twin.start({
        ...assembled,
        ...{ portBase, dataDir, fresh, lagMs, timeScale, seed },
        ...(vantage !== undefined && { vantage }),
        allowedOrigins: [...DEV_SERVER_ORIGINS, ...allowOrigin],
        engineKind: engine,
        onNotice: (notice) => terminal.print(`! ${notice}`),
      }),
    (_, ms) =>
      `Every region answers after ${seconds(ms)} (seed ${seed}, replication lag ${lagMs.min}..${lagMs.max} ms)`,
  );
}

/** Begins to build the console; whoever needs it hears of a failure, and nobody else does. */
function beginConsole(signal: AbortSignal): Promise<BuiltConsole> {
  const building = buildConsole({ signal });
  building.catch(() => undefined);
  return building;
}

/** The built console, or nothing where it cannot be built: a twin is of use without it. */
async function finishConsole(
  building: Promise<BuiltConsole>,
  signal: AbortSignal,
): Promise<BuiltConsole | undefined> {
  try {
    return await terminal.during(
      'Building the console',
      () => building,
      ({ fromCache }) => `Built the console${fromCache ? ' (unchanged since the last time)' : ''}`,
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof ConsoleError)) throw error;
    terminal.print(`! ${error.message}\n  The twin runs without its console.`);
    return undefined;
  }
}

interface ServeContext {
  readonly options: RunTwinOptions;
  /** The console that is being built; absent where none is wanted. */
  readonly building: Promise<BuiltConsole> | undefined;
  readonly assemble: (signal: AbortSignal) => Promise<TwinAssembly>;
  readonly stop: AbortSignal;
  readonly terminated: Promise<unknown>;
}

/** Opens the twin to its users and resolves when the process is told to end. */
async function serve(
  twin: Twin,
  { options, building, assemble, stop, terminated }: ServeContext,
): Promise<void> {
  const built = building && (await finishConsole(building, stop));
  if (stop.aborted) return;
  const control = await startControlApi(twin, {
    ...(built && { consoleDir: built.siteDir }),
    outputs: () => mergeOutputs(Object.values(twin.outputs())),
  });
  const unwatch = options.watch
    ? watchDefinition(DEFINITION, () => follow(twin, { assemble: () => assemble(stop), stop, terminal }))
    : async () => undefined;
  try {
    const state = await twin.state();
    if (options.readyFile !== undefined) await writeReadyFile(options.readyFile, readyFileOf(state, control));
    terminal.print(`\n${startBanner(state, control)}\n`);
    await terminated;
  } finally {
    await unwatch();
    if (options.readyFile !== undefined) await removeReadyFile(options.readyFile);
    await control.close();
  }
}

/** Brings a changed definition into the running twin; a broken one is told of, and the last good one goes on. */
async function follow(
  twin: Twin,
  {
    assemble,
    stop,
    terminal: out,
  }: { assemble: () => Promise<TwinAssembly>; stop: AbortSignal; terminal: Terminal },
): Promise<void> {
  try {
    const startedAt = performance.now();
    await twin.swap((await assemble()).assemblies);
    out.print(
      `Swapped functions and routes for the changed definition in ${seconds(performance.now() - startedAt)}`,
    );
  } catch (error) {
    if (stop.aborted) return;
    out.print(
      `! ${error instanceof Error ? error.message : String(error)}\n  The last working definition goes on.`,
    );
  }
}

/** The result, or nothing when the process was told to end meanwhile: then its failure is no news. */
async function orEnd<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  try {
    const result = await work;
    return signal.aborted ? undefined : result;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function list(assemblies: readonly RegionAssembly[]): string {
  return assemblies.map(({ region }) => region).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
