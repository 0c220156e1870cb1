import { join } from 'node:path';
import { CommandError, type Terminal, terminal, waitForTermination } from '@gsp/cli-kit';
import type { StageChanges } from '@gsp/platform/topology';
import {
  type EngineKind,
  type RegionAssembly,
  readyFileOf,
  removeReadyFile,
  reserveTwin,
  startControlApi,
  Twin,
  type TwinReservation,
  writeReadyFile,
} from '@gsp/twin';
import type { Project } from '../project.ts';
import { assembleTwin, type TwinAssembly, twinRegions } from './assemble-twin.ts';
import { startBanner } from './start-banner.ts';
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
  /** Builds the console that is served. @default - none is */
  readonly buildConsole: ((options: { readonly signal: AbortSignal }) => Promise<BuiltConsole>) | undefined;
  /** Origins whose pages may call the regions beside those of the template and of the console. */
  readonly allowOrigin: readonly string[];
}

/** A console that was built. */
export interface BuiltConsole {
  /** Folder to serve at the root of an origin. */
  readonly siteDir: string;
  /** Whether nothing has changed since it was made. */
  readonly fromCache: boolean;
}

/** What a change is followed in: the definition, and the platform where it is a workspace beside it. */
const DEFINITION = ['amplify', 'packages/platform/src'];

/**
 * Takes ports and data directory, synthesizes the definition, runs the twin on it until the process is told to end, and
 * leaves nothing running.
 *
 * @throws {Error} one of the expected errors of synthesis or of the twin, whose message is for a person
 */
export async function runTwin(options: RunTwinOptions, project: Project): Promise<void> {
  const stop = new AbortController();
  const terminated = waitForTermination().then((signal) => {
    stop.abort(new Error(`told to end (${signal})`));
    return signal;
  });
  // Beside the synthesis: each is one process that waits for its own files. Over when the twin is, however that ends.
  const over = new AbortController();
  const signal = AbortSignal.any([stop.signal, over.signal]);
  const building = options.buildConsole && begun(options.buildConsole({ signal }));
  try {
    await synthesizeAndServe(options, { project, building, stop: stop.signal, terminated });
  } finally {
    over.abort(new Error('the twin has ended'));
  }
}

async function synthesizeAndServe(
  options: RunTwinOptions,
  { project, building, stop, terminated }: Pick<ServeContext, 'project' | 'building' | 'stop' | 'terminated'>,
): Promise<void> {
  const assemble = (signal: AbortSignal) =>
    assembleTwin(project, options.branch, { signal, changes: options.changes });
  const { portBase, dataDir, fresh } = options;
  const regions = twinRegions(project, options.branch);
  const reservation = await reserveTwin({ regions, portBase, dataDir, fresh });
  const assembled = await unlessAborted(
    stop,
    synthesizeAll(() => assemble(stop)),
  ).catch(async (error) => {
    await reservation.release();
    throw error;
  });
  if (assembled === undefined) return reservation.release();
  const twin = await startRegions(options, { assembled, reservation });
  try {
    await serve(twin, { options, project, building, assemble, stop, terminated });
  } finally {
    await terminal.during(
      'Ending every region',
      () => twin.stop(),
      () => 'Everything has ended',
    );
  }
}

function synthesizeAll(assemble: () => Promise<TwinAssembly>): Promise<TwinAssembly> {
  return terminal.during(
    'Synthesizing every region from amplify/backend.ts',
    assemble,
    ({ assemblies }, ms) => {
      const isUnchanged = assemblies.every(({ fromCache }) => fromCache);
      return `Synthesized ${list(assemblies)} in ${seconds(ms)}${isUnchanged ? ' (unchanged since the last time)' : ''}`;
    },
  );
}

function startRegions(
  options: RunTwinOptions,
  { assembled, reservation }: { readonly assembled: TwinAssembly; readonly reservation: TwinReservation },
): Promise<Twin> {
  const { lagMs, timeScale, vantage, seed, engine, allowOrigin } = options;
  return terminal.during(
    'Starting every region',
    async () =>
      Twin.start({
        ...assembled,
        ...{ reservation, lagMs, timeScale, seed },
        ...(vantage !== undefined && { nearestRegion: vantage }),
        allowedOrigins: allowOrigin,
        engineKind: engine,
        onNotice: (notice) => terminal.print(`! ${notice}`),
      }),
    (_, ms) =>
      `Every region answers after ${seconds(ms)} (seed ${seed}, replication lag ${lagMs.min}..${lagMs.max} ms)`,
  );
}

/** Work that goes on; whoever needs it hears of a failure, and nobody else does. */
function begun(building: Promise<BuiltConsole>): Promise<BuiltConsole> {
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
    if (!(error instanceof CommandError)) throw error;
    terminal.print(`! ${error.message}\n  The twin runs without its console.`);
    return undefined;
  }
}

interface ServeContext {
  readonly options: RunTwinOptions;
  readonly project: Project;
  /** The console that is being built; absent where none is wanted. */
  readonly building: Promise<BuiltConsole> | undefined;
  readonly assemble: (signal: AbortSignal) => Promise<TwinAssembly>;
  readonly stop: AbortSignal;
  readonly terminated: Promise<unknown>;
}

/** Opens the twin to its users and resolves when the process is told to end. */
async function serve(
  twin: Twin,
  { options, project, building, assemble, stop, terminated }: ServeContext,
): Promise<void> {
  const built = building && (await finishConsole(building, stop));
  if (stop.aborted) return;
  const control = await startControlApi(twin, {
    ...(built && { consoleDir: built.siteDir }),
    outputs: () => mergeOutputs(Object.values(twin.outputs())),
  });
  const unwatch = options.watch
    ? watchDefinition(
        DEFINITION.map((folder) => join(project.rootDir, folder)),
        () => follow(twin, { assemble: () => assemble(stop), stop, terminal }),
      )
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
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
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
