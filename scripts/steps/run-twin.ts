import { fileURLToPath } from 'node:url';
import type { EngineKind } from '../../local/dynamodb/engine/engine-process.ts';
import { startControlApi } from '../../local/supervisor/control-api.ts';
import { readyFileOf, removeReadyFile, writeReadyFile } from '../../local/supervisor/ready-file.ts';
import { type RegionAssembly, Twin } from '../../local/supervisor/twin.ts';
import { assembleTwin, type TwinAssembly } from './assemble-twin.ts';
import { startBanner } from './start-banner.ts';
import { type Terminal, terminal } from './terminal.ts';
import { waitForTermination } from './termination.ts';
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
  const assemble = (signal: AbortSignal) => assembleTwin(options.branch, { signal });
  const assembled = await orEnd(
    stop.signal,
    terminal.during(
      'Synthesizing every region from amplify/backend.ts',
      () => assemble(stop.signal),
      ({ assemblies }, ms) =>
        `Synthesized ${list(assemblies)} in ${seconds(ms)}${assemblies.every((one) => one.fromCache) ? ' (unchanged since the last time)' : ''}`,
    ),
  );
  if (assembled === undefined) return;
  const twin = await startRegions(options, assembled);
  try {
    await serve(twin, { options, assemble, stop: stop.signal, terminated });
  } finally {
    await terminal.during(
      'Ending every region',
      () => twin.stop(),
      () => 'Everything has ended',
    );
  }
}

function startRegions(options: RunTwinOptions, assembled: TwinAssembly): Promise<Twin> {
  const { portBase, dataDir, fresh, lagMs, timeScale, vantage, seed, engine } = options;
  return terminal.during(
    'Starting every region',
    async () =>
      Twin.start({
        ...assembled,
        ...{ portBase, dataDir, fresh, lagMs, timeScale, seed },
        ...(vantage !== undefined && { vantage }),
        engineKind: engine,
        onNotice: (notice) => terminal.print(`! ${notice}`),
      }),
    (_, ms) =>
      `Every region answers after ${seconds(ms)} (seed ${seed}, replication lag ${lagMs.min}..${lagMs.max} ms)`,
  );
}

interface ServeContext {
  readonly options: RunTwinOptions;
  readonly assemble: (signal: AbortSignal) => Promise<TwinAssembly>;
  readonly stop: AbortSignal;
  readonly terminated: Promise<unknown>;
}

/** Opens the twin to its users and resolves when the process is told to end. */
async function serve(twin: Twin, { options, assemble, stop, terminated }: ServeContext): Promise<void> {
  if (stop.aborted) return;
  const control = await startControlApi(twin);
  const unwatch = options.watch
    ? watchDefinition(DEFINITION, () => follow(twin, { assemble: () => assemble(stop), stop, terminal }))
    : async () => undefined;
  try {
    const state = await twin.state();
    if (options.readyFile !== undefined)
      await writeReadyFile(options.readyFile, readyFileOf(state, control.url));
    terminal.print(`\n${startBanner(state, control.url)}\n`);
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
