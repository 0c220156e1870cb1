import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { EngineRestarts, RegionStatus } from '../control/twin-region.ts';
import { chooseEngineAddress } from '../dynamodb/engine/engine-address.ts';
import type { EngineKind } from '../dynamodb/engine/engine-process.ts';
import { startEngine } from '../dynamodb/engine/start-engine.ts';
import type {
  LinkSettings,
  RegionCode,
  RegionConfig,
  RegionFaults,
  RegionReport,
} from '../region/region-messages.ts';
import { endWithin } from './end-within.ts';
import { forkRegion } from './fork-region.ts';
import type { RegionPorts } from './port-plan.ts';
import { RegionChannel } from './region-channel.ts';
import { SupervisedEngine } from './supervised-engine.ts';

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
  engine?: SupervisedEngine;
  /** Why its writes fail, where they do for want of a disk. */
  storageFailure?: string | null;
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
  #engineRestarts: EngineRestarts = { count: 0, last: null };
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
    const { child, engine } = this.#running ?? {};
    return { region: child?.pid, engine: engine?.isUp === true ? engine.pid : undefined };
  }

  /** How often its engine ended unasked and was started again since the twin started. */
  get engineRestarts(): EngineRestarts {
    return this.#engineRestarts;
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
      // A region whose engine was given up comes back whole.
      await this.#end('SIGTERM');
      try {
        await this.#startProcesses();
      } catch (error) {
        await this.#end('SIGKILL');
        this.#setStatus('down', error instanceof Error ? error.message : String(error));
        throw error;
      }
      // Its engine may have ended meanwhile, and be on its way back; what became of it is told then.
      const { engine, storageFailure } = this.#running ?? {};
      if (engine?.isUp === false) this.#setStatus('impaired', 'its DynamoDB engine ended');
      else if (typeof storageFailure === 'string') this.#setStatus('impaired', storageFailure);
      else this.#setStatus('running', 'answers');
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

  /** Sets the status of a region that has started and is not being ended: running only when it can write, too. */
  #whileItRuns(running: Running, status: 'running' | 'impaired', reason: string): void {
    if (this.#running !== running || (this.#status !== 'running' && this.#status !== 'impaired')) return;
    const { storageFailure } = running;
    if (status === 'running' && typeof storageFailure === 'string')
      this.#setStatus('impaired', storageFailure);
    else this.#setStatus(status, reason);
  }

  async #startProcesses(): Promise<void> {
    const { ports, regionProcessEntry, onProcess } = this.#options;
    const config = this.#options.config();
    const running: Running = {};
    this.#running = running;
    const engine = await this.#startEngine(running, config.dataDir);
    running.engine = engine;
    const child = forkRegion(regionProcessEntry, config.dataDir);
    if (child.pid !== undefined) onProcess(child.pid);
    running.child = child;
    running.channel = new RegionChannel(ports.region, child, (failure) => {
      running.storageFailure = failure;
      if (running.engine?.isUp !== false)
        this.#whileItRuns(running, 'running', 'answers; it can write again');
    });
    child.once('exit', (code, signal) => this.#childEnded(running, signal ?? `exit status ${code}`));
    await running.channel.start(
      { ...config, engine: { url: engine.url, pid: engine.pid } },
      READY_TIMEOUT_MS,
    );
  }

  async #startEngine(running: Running, dataDir: string): Promise<SupervisedEngine> {
    const { ports, engineKind, onProcess } = this.#options;
    const options = {
      kind: engineKind,
      ...(await chooseEngineAddress()),
      dataDir: join(dataDir, 'engine'),
      region: ports.region,
      onSpawn: onProcess,
    };
    const whileItRuns = this.#whileItRuns.bind(this, running);
    return SupervisedEngine.start({
      start: (signal) => startEngine({ ...options, signal }),
      onEnded: (reason) => {
        this.#engineRestarts = { ...this.#engineRestarts, last: { at: new Date().toISOString(), reason } };
        whileItRuns('impaired', reason);
      },
      onRestarted: ({ pid }) => {
        this.#engineRestarts = { ...this.#engineRestarts, count: this.#engineRestarts.count + 1 };
        // A region that does not answer has ended, or is about to: then its engine ends with it.
        void running.channel?.request({ kind: 'set-engine', pid }, REQUEST_TIMEOUT_MS).catch(() => undefined);
        whileItRuns('running', 'answers; its DynamoDB engine was started again');
      },
      onGivenUp: (reason) => whileItRuns('impaired', reason),
      clock: () => performance.now(),
    });
  }

  #childEnded(running: Running, how: string): void {
    if (this.#running !== running || this.#status === 'stopping' || this.#status === 'starting') return;
    // An engine without its region serves nobody; a region is lost as a whole. Whoever starts it again waits for that end:
    // no two engines have one database.
    void this.#inTurn(async () => running.engine?.end('SIGKILL'));
    this.#running = undefined;
    this.#setStatus('down', `its process ended (${how})`);
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
    await engine?.end(signal);
    this.#running = undefined;
  }
}

/** Resolves when a child process has ended, at once when it has already. */
function processEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
