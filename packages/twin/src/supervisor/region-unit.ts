import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RegionStatus } from '../control/twin-region.ts';
import { chooseEngineAddress } from '../dynamodb/engine/engine-address.ts';
import type { EngineKind, EngineProcess } from '../dynamodb/engine/engine-process.ts';
import { startEngine } from '../dynamodb/engine/start-engine.ts';
import { appendToOwnFile, makeOwnFolder } from '../own-file.ts';
import type {
  LinkSettings,
  RegionCode,
  RegionConfig,
  RegionFaults,
  RegionReport,
} from '../region/region-messages.ts';
import type { RegionPorts } from './port-plan.ts';
import { RegionChannel } from './region-channel.ts';

/** What a region unit needs beside its ports. */
export interface RegionUnitOptions {
  readonly ports: RegionPorts;
  readonly engineKind: EngineKind;
  /** The compiled program of a region's process. */
  readonly regionProcessEntry: string;
  /** The configuration as of now; asked anew at every start, as code and links change in between. */
  readonly config: () => Omit<RegionConfig, 'engine'>;
  /** Told the id of every process in the turn in which it was started. */
  readonly onProcess: (pid: number) => void;
  /** Told of every change of status, with the reason for a person. */
  readonly onStatus: (status: RegionStatus, reason: string) => void;
}

/** What runs of a region. */
interface Running {
  readonly engine: EngineProcess;
  child?: ChildProcess;
  channel?: RegionChannel;
}

const READY_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * One region of the twin: a Node process and an engine process, which live and die as a region does.
 *
 * Starting and ending are serialised, so that a fault that arrives while another is being carried out waits
 * for it instead of racing it.
 */
export class RegionUnit {
  readonly ports: RegionPorts;
  readonly #options: RegionUnitOptions;
  #status: RegionStatus = 'stopped';
  #running: Running | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RegionUnitOptions) {
    this.#options = options;
    this.ports = options.ports;
  }

  get region(): string {
    return this.ports.region;
  }

  get status(): RegionStatus {
    return this.#status;
  }

  /** Process ids of what runs now. The engine has none when it is somebody else's (`--engine <url>`). */
  get pids(): { readonly region: number | undefined; readonly engine: number | undefined } {
    return { region: this.#running?.child?.pid, engine: this.#running?.engine.pid };
  }

  /**
   * Starts the region and resolves when it answers; does nothing when it already does.
   *
   * @throws {TwinError} `RegionFailed` with the reason that the region's process gave
   * @throws {EngineError} when the engine cannot be started
   */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#status === 'running') return;
      this.#setStatus('starting', 'starting');
      // A region whose engine died comes back whole: its replica then judges its open writes on the way up.
      await this.#end('SIGTERM');
      try {
        await this.#startProcesses();
      } catch (error) {
        await this.#end('SIGKILL');
        this.#setStatus('down', error instanceof Error ? error.message : String(error));
        throw error;
      }
      this.#setStatus('running', 'answers');
    });
  }

  /** Ends the region in order: requests in flight are answered, files are closed. Bounded to a few seconds. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#setStatus('stopping', 'stopping');
      await this.#end('SIGTERM');
      this.#setStatus('stopped', 'stopped');
    });
  }

  /** Ends both processes at once with SIGKILL, as a region is lost: nothing is flushed, nothing is said. */
  kill(): Promise<void> {
    return this.#inTurn(async () => {
      this.#setStatus('stopping', 'being killed');
      await this.#end('SIGKILL');
      this.#setStatus('stopped', 'killed');
    });
  }

  /** What the region says about itself, or nothing when it does not answer in time. */
  async report(): Promise<RegionReport | undefined> {
    return this.#running?.channel?.request({ kind: 'state' }, REQUEST_TIMEOUT_MS).catch(() => undefined);
  }

  /** Hands new code and routes to a running region; one that is not running gets them when it starts. */
  async swap(code: RegionCode): Promise<void> {
    await this.#running?.channel?.request({ kind: 'swap', code }, REQUEST_TIMEOUT_MS);
  }

  /** Changes an outbound link of a running region; one that is not running gets it when it starts. */
  async setLink(to: string, settings: LinkSettings): Promise<void> {
    await this.#running?.channel?.request({ kind: 'set-link', to, settings }, REQUEST_TIMEOUT_MS);
  }

  /** Sets the clock of a running region; one that is not running gets it when it starts. */
  async setClockOffset(offsetMs: number): Promise<void> {
    await this.#running?.channel?.request({ kind: 'set-clock', offsetMs }, REQUEST_TIMEOUT_MS);
  }

  /** Sets what is wrong with a running region; one that is not running gets it when it starts. */
  async setFaults(faults: RegionFaults): Promise<void> {
    await this.#running?.channel?.request({ kind: 'set-faults', faults }, REQUEST_TIMEOUT_MS);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #setStatus(status: RegionStatus, reason: string): void {
    this.#status = status;
    this.#options.onStatus(status, reason);
  }

  async #startProcesses(): Promise<void> {
    const { ports, engineKind, regionProcessEntry, onProcess } = this.#options;
    const config = this.#options.config();
    const engine = await startEngine({
      kind: engineKind,
      ...(await chooseEngineAddress()),
      dataDir: join(config.dataDir, 'engine'),
      region: ports.region,
      onSpawn: onProcess,
    });
    const running: Running = { engine };
    this.#running = running;
    void engine.exited.then(() => this.#engineEnded(running));
    const child = forkRegion(regionProcessEntry, config.dataDir);
    if (child.pid !== undefined) onProcess(child.pid);
    running.child = child;
    running.channel = new RegionChannel(ports.region, child);
    child.once('exit', (code, signal) => this.#childEnded(running, signal ?? `exit status ${code}`));
    await running.channel.start(
      { ...config, engine: { url: engine.url, pid: engine.pid } },
      READY_TIMEOUT_MS,
    );
  }

  #childEnded(running: Running, how: string): void {
    if (this.#running !== running || this.#status === 'stopping' || this.#status === 'starting') return;
    // An engine without its region serves nobody; a region is lost as a whole.
    running.engine.kill('SIGKILL');
    this.#running = undefined;
    this.#setStatus('down', `its process ended (${how})`);
  }

  #engineEnded(running: Running): void {
    if (this.#running === running && this.#status === 'running')
      this.#setStatus('impaired', 'its DynamoDB engine ended');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { child, channel, engine } = running;
    if (child !== undefined) {
      const ended = processEnd(child);
      const kill = () => child.kill('SIGKILL');
      if (signal === 'SIGKILL') kill();
      else channel?.request({ kind: 'shutdown' }, STOP_TIMEOUT_MS).catch(kill);
      await endWithin(ended, STOP_TIMEOUT_MS, kill);
    }
    engine.kill(signal);
    await endWithin(engine.exited, STOP_TIMEOUT_MS, () => engine.kill('SIGKILL'));
    this.#running = undefined;
  }
}

/**
 * Starts a region's process apart from the terminal's process group: Ctrl-C must reach the supervisor alone,
 * which then ends the regions in order. When the supervisor is gone, the channel closes and the region ends
 * itself and its engine.
 */
function forkRegion(entry: string, dataDir: string): ChildProcess {
  makeOwnFolder(dataDir);
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const child = fork(entry, [], {
    detached: true,
    execArgv: [],
    // Nothing of the developer's shell but what a program needs to run: no AWS profile, no credentials.
    // Lambda's clock is UTC; a worker thread cannot have a time zone of its own.
    env: { PATH, HOME, TMPDIR, LANG, TZ: 'UTC', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const keep = (chunk: Buffer) => {
    try {
      appendToOwnFile(join(dataDir, 'region-process.log'), chunk);
    } catch {
      // A full disk must not take the twin down with it; what the process printed is lost.
    }
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return child;
}

/** After a SIGKILL the system needs a moment, not more. */
const AFTER_KILL_MS = 1_000;

/** Resolves when a child process has ended, at once when it has already. */
function processEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/**
 * Waits for something to end; after the limit calls `enforce` and waits a last, short time for its effect.
 * So the wait is bounded whatever the process does.
 */
async function endWithin(ended: Promise<unknown>, limitMs: number, enforce: () => void): Promise<void> {
  if (await isDoneWithin(ended, limitMs)) return;
  enforce();
  await isDoneWithin(ended, AFTER_KILL_MS);
}

async function isDoneWithin(done: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const inTime = await Promise.race([done.then(() => true), limit]);
  clearTimeout(timer);
  return inTime;
}
