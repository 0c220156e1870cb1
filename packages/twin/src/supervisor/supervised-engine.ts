import { setTimeout as delay } from 'node:timers/promises';
import type { EngineProcess } from '../dynamodb/engine/engine-process.ts';
import { endWithin } from './end-within.ts';

/** What a supervised engine needs. */
export interface SupervisedEngineOptions {
  /** Starts the engine, each time at the address at which its region knows it. */
  readonly start: (signal: AbortSignal) => Promise<EngineProcess>;
  /** Told that it ended unasked, and why; it is started again. */
  readonly onEnded: (reason: string) => void;
  /** Told that it answers again. */
  readonly onRestarted: (engine: SupervisedEngine) => void;
  /** Told that it ended once too often, and what to do. */
  readonly onGivenUp: (reason: string) => void;
  /** Milliseconds of a clock that is never set back. */
  readonly clock: () => number;
}

/** How often an engine is started again within {@link RESTART_WINDOW_MS}. More, and something makes it end each time. */
export const RESTARTS_MAX = 5;
export const RESTART_WINDOW_MS = 10 * 60_000;
/** Before the first start and after each that failed, doubled each time: what it needs may be free a moment later. */
const PAUSE_MS = { min: 20, max: 1_000 };
const STOP_TIMEOUT_MS = 5_000;

/**
 * A region's engine, kept running: one that ended unasked is started again, on its database and at its address. What it has
 * acknowledged is in that database, and writes that it was carrying out are in doubt until the region's replica has asked it:
 *
 *     region   write ──x no answer: in doubt ──── asks again and again ─── asks: settled
 *     engine   ────────x ended          started again on its database ───── answers
 */
export class SupervisedEngine {
  readonly url: string;
  readonly #options: SupervisedEngineOptions;
  readonly #abort = new AbortController();
  readonly #startedAtMs: number[] = [];
  readonly #kept: Promise<void>;
  #engine: EngineProcess;
  #isUp = true;

  private constructor(engine: EngineProcess, options: SupervisedEngineOptions) {
    this.#engine = engine;
    this.url = engine.url;
    this.#options = options;
    this.#kept = this.#keep();
  }

  /** Starts it for the first time. @throws {EngineError} when it cannot be started */
  static async start(options: SupervisedEngineOptions): Promise<SupervisedEngine> {
    const engine = await options.start(new AbortController().signal);
    return new SupervisedEngine(engine, options);
  }

  /** Of the process that runs, or ran last; absent when the engine is somebody else's. */
  get pid(): number | undefined {
    return this.#engine.pid;
  }

  /** Whether it runs, as far as it is known. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Ends it for good, at first with this signal. Bounded to a few seconds; it is not started again, not even half. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#abort.abort();
    if (this.#engine.pid === undefined) return;
    this.#engine.kill(signal);
    await endWithin(this.#kept, STOP_TIMEOUT_MS, () => this.#engine.kill('SIGKILL'));
  }

  async #keep(): Promise<void> {
    for (;;) {
      const { signal, code } = await this.#engine.exited;
      this.#isUp = false;
      if (this.#abort.signal.aborted) return;
      const how = signal ?? `exit status ${code}`;
      this.#options.onEnded(`its DynamoDB engine ended (${how}) and is being started again`);
      const isBack = await this.#startAgain(how);
      if (!isBack) return;
      this.#isUp = true;
      this.#options.onRestarted(this);
    }
  }

  /** False when it was told to end meanwhile, or was given up. */
  async #startAgain(how: string): Promise<boolean> {
    const { signal } = this.#abort;
    let failure = how;
    for (let pauseMs = PAUSE_MS.min; !signal.aborted; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.max)) {
      if (!this.#mayStart()) {
        this.#options.onGivenUp(
          `its DynamoDB engine does not stay up: started again ${RESTARTS_MAX} times within ${RESTART_WINDOW_MS / 60_000} minutes ` +
            `(at last: ${failure}). Start the region once you know what it ends from`,
        );
        return false;
      }
      try {
        await delay(pauseMs, undefined, { signal });
        this.#engine = await this.#options.start(signal);
        return true;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
    }
    return false;
  }

  #mayStart(): boolean {
    const now = this.#options.clock();
    const [oldest] = this.#startedAtMs;
    if (oldest !== undefined && oldest <= now - RESTART_WINDOW_MS) this.#startedAtMs.shift();
    if (this.#startedAtMs.length === RESTARTS_MAX) return false;
    this.#startedAtMs.push(now);
    return true;
  }
}
