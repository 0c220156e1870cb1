import { spawn } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwnFolder, openOwnFile, readOwnFile } from '../../own-file.ts';
import { createEngineClient } from './engine-client.ts';
import { EngineError, type EngineProcess, type EngineStartOptions } from './engine-process.ts';

/** A program to run, and how long it may take until it answers. */
export interface EngineCommand {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly readyTimeoutMs: number;
  /** What it prints once it listens, by which it is told from another listener on its port. @default - it says nothing */
  readonly listeningLine?: RegExp;
}

const POLL_INTERVAL_MS = 15;
const LOG_TAIL_LINES = 5;
const LOG_TAIL_BYTES = 2_000;

/**
 * Runs an engine in a process group of its own, so that a terminal's Ctrl-C reaches the twin and not the
 * engine, and resolves once it answers ListTables. Its output goes to `engine.log` in the data folder.
 *
 * @throws {EngineError} `EngineNotReady` with the last lines of the log when it ends or stays silent
 */
export async function spawnEngine(
  command: EngineCommand,
  options: EngineStartOptions,
): Promise<EngineProcess> {
  options.signal?.throwIfAborted();
  makeOwnFolder(options.dataDir);
  const logFile = join(options.dataDir, 'engine.log');
  const log = openOwnFile(logFile, 'append');
  const logStart = fstatSync(log).size;
  const child = spawn(command.file, command.args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: command.cwd ?? options.dataDir,
  });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  closeSync(log);
  let ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  let failure: Error | undefined;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = { code, signal };
      resolve(ended);
    });
    child.once('error', (error) => {
      failure = error;
      ended ??= { code: null, signal: null };
      resolve(ended);
    });
  });
  const url = `http://${options.host}:${options.port}`;
  const engine: EngineProcess = { pid: child.pid, url, exited, kill: (signal) => void child.kill(signal) };
  try {
    const said = () => readOwnFile(logFile)?.subarray(logStart).toString('utf8') ?? '';
    const listens = () => command.listeningLine?.test(said()) ?? true;
    await waitUntilReady(engine, { isRunning: () => ended === undefined, listens }, command, options);
    return engine;
  } catch (error) {
    engine.kill('SIGKILL');
    await exited;
    if (options.signal?.aborted) throw error;
    throw notReady(command, options, { ended, tail: tailOf(logFile), cause: failure ?? error });
  }
}

/** Polls until the engine answers. Another listener on its port answers in its place, and the engine ends. */
async function waitUntilReady(
  engine: EngineProcess,
  { isRunning, listens }: { readonly isRunning: () => boolean; readonly listens: () => boolean },
  command: EngineCommand,
  options: EngineStartOptions,
): Promise<void> {
  const client = createEngineClient({ url: engine.url, region: options.region });
  const deadline = performance.now() + command.readyTimeoutMs;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      if (!isRunning()) throw new Error('the process ended');
      const answered = await client.call('ListTables', {}).then(
        () => true,
        () => false,
      );
      // An engine that cannot bind its port, and does not say when it has, needs a moment to end.
      if (answered && listens()) {
        await delay(POLL_INTERVAL_MS);
        if (isRunning()) return;
      }
      if (performance.now() > deadline) throw new Error(`no answer after ${command.readyTimeoutMs} ms`);
      await delay(POLL_INTERVAL_MS);
    }
  } finally {
    await client.close();
  }
}

function notReady(
  command: EngineCommand,
  { host, port }: EngineStartOptions,
  details: {
    readonly ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
    readonly tail: string;
    readonly cause: unknown;
  },
): EngineError {
  const { ended, tail, cause } = details;
  const state =
    ended === undefined
      ? `it does not answer within ${command.readyTimeoutMs} ms`
      : `it ended (${ended.signal ?? ended.code ?? 'not started'})`;
  const taken = /in use/i.test(tail)
    ? ` Port ${port} is taken: end the process that listens on it, or choose other ports.`
    : '';
  return new EngineError(
    'EngineNotReady',
    `Cannot start the engine ${command.name} on ${host}:${port}: ${state}, it must answer ListTables.${taken}` +
      `${tail === '' ? '' : ` Its last lines: ${tail}`}`,
    { cause },
  );
}

function tailOf(logFile: string): string {
  const text = (readOwnFile(logFile)?.toString('utf8') ?? '').slice(-LOG_TAIL_BYTES);
  return text.trim().split('\n').slice(-LOG_TAIL_LINES).join(' | ');
}
