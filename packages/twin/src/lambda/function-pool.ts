import { randomUUID } from 'node:crypto';
import type { LogSink } from '../log-entry.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import {
  type InvocationRejection,
  type InvocationResult,
  refuseTooLarge,
  shuttingDown,
  throttled,
} from './invocation-result.ts';
import { type ClockOffset, createClockOffset } from './moved-clock.ts';
import { runInvocation } from './run-invocation.ts';

/** How a pool behaves; every bound has a default. */
export interface FunctionPoolOptions {
  readonly region: string;
  readonly log: LogSink;
  /** Variables for every environment, such as `AWS_ENDPOINT_URL_DYNAMODB`. @default - none */
  readonly extraEnvironment?: Readonly<Record<string, string>>;
  /** How far the function's clock is off. @default - it is right */
  readonly clockOffset?: ClockOffset;
  /** The compiled `environment-worker`. */
  readonly workerEntry: URL | string;
  /** Most environments at once. @default 4 */
  readonly environmentsMax?: number;
  /** Most invocations that wait for an environment; more are throttled. @default 1000 */
  readonly queueMax?: number;
  /** An environment that ran nothing for so long is ended; none is kept. @default 600_000, ten minutes */
  readonly idleTimeoutMs?: number;
  /** Whether to write START, END and REPORT records. @default true */
  readonly platformLog?: boolean;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/** Counters of a pool since it was made, and its size now. */
export interface FunctionPoolStats {
  readonly environments: number;
  readonly idle: number;
  readonly queued: number;
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
}

interface Waiting {
  readonly requestId: string;
  readonly event: string;
  readonly settle: (result: InvocationResult) => void;
}

interface Member {
  readonly environment: ExecutionEnvironment;
  readonly definition: FunctionDefinition;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  idleSinceMs: number;
  /** Has run nothing yet. */
  cold: boolean;
}

/**
 * The execution environments of one function, as Lambda scales them: an invocation takes the environment that
 * was idle last, else a new one is started, and past `environmentsMax` it waits its turn. Nothing is retried.
 */
export class FunctionPool {
  readonly #options: Required<FunctionPoolOptions>;
  #definition: FunctionDefinition;
  #members = new Set<Member>();
  /** Members that wait for work, the one used last at the end. */
  #idle: Member[] = [];
  #queue: Waiting[] = [];
  #evictionTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #counts = { invocations: 0, errors: 0, throttles: 0, coldStarts: 0 };

  constructor(definition: FunctionDefinition, options: FunctionPoolOptions) {
    this.#definition = definition;
    this.#options = {
      extraEnvironment: {},
      clockOffset: createClockOffset(),
      environmentsMax: 4,
      queueMax: 1000,
      idleTimeoutMs: 600_000,
      platformLog: true,
      clock: Date.now,
      ...options,
    };
  }

  get definition(): FunctionDefinition {
    return this.#definition;
  }

  /**
   * Invokes the function synchronously. The event goes to the handler as its JSON copy.
   *
   * Aborting the signal ends the wait, not the function, as it is on AWS: an invocation that still waits for an
   * environment is dropped, one that runs goes on and its environment is used again after it.
   *
   * @throws the signal's reason when it is aborted; a TypeError when the event has no JSON form
   */
  invoke(event: unknown, options: { signal?: AbortSignal | undefined } = {}): Promise<InvocationResult> {
    const { signal } = options;
    const requestId = randomUUID();
    const text = JSON.stringify(event) ?? 'null';
    const refusal = this.#refusal(requestId, text);
    if (refusal) return Promise.resolve(refusal);
    this.#counts.invocations += 1;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      const waiting: Waiting = { requestId, event: text, settle };
      const abort = (): void => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(signal?.reason);
      };
      function settle(result: InvocationResult): void {
        signal?.removeEventListener('abort', abort);
        resolve(result);
      }
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(waiting);
      this.#dispatch();
    });
  }

  /**
   * Runs every invocation that comes from now on with other code; those that run now finish with the old. An equal
   * definition changes nothing: a bundle's folder is named by its content.
   */
  swap(definition: FunctionDefinition): void {
    if (JSON.stringify(definition) === JSON.stringify(this.#definition)) return;
    this.#definition = definition;
    for (const member of this.#members) {
      if (member.state !== 'busy') void this.#remove(member);
    }
    this.#dispatch();
  }

  /** What the pool did since it was made, and its size now. */
  stats(): FunctionPoolStats {
    const { size } = this.#members;
    return { environments: size, idle: this.#idle.length, queued: this.#queue.length, ...this.#counts };
  }

  /**
   * Takes no more invocations, waits for those that run, for `graceMs` at most, and ends every environment.
   * Invocations that still wait for an environment are refused.
   */
  async close({ graceMs = 1000 }: { graceMs?: number } = {}): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#evictionTimer);
    for (const { requestId, settle } of this.#queue.splice(0)) settle(shuttingDown(requestId));
    const busy = [...this.#members].filter(({ state }) => state === 'busy');
    for (const member of this.#members) if (member.state !== 'busy') void this.#remove(member);
    await waitUntil(() => busy.every(({ state }) => state === 'gone'), graceMs);
    await Promise.all([...this.#members].map((member) => this.#remove(member)));
  }

  #refusal(requestId: string, event: string): InvocationRejection | undefined {
    if (this.#closed) return shuttingDown(requestId);
    if (this.#queue.length >= this.#options.queueMax) {
      this.#counts.throttles += 1;
      return throttled(requestId, this.#queue.length);
    }
    return refuseTooLarge(requestId, event);
  }

  /** Gives waiting invocations to idle environments, and starts new ones for those that are left. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      const member = this.#idle.pop();
      if (!member) break;
      if (member.environment.ended) continue;
      const waiting = this.#queue.shift();
      if (waiting) void this.#run(member, waiting);
    }
    let starting = 0;
    let current = 0;
    for (const { state, definition } of this.#members) {
      if (state === 'starting') starting += 1;
      if (definition === this.#definition) current += 1;
    }
    for (
      ;
      starting < this.#queue.length && current < this.#options.environmentsMax;
      starting += 1, current += 1
    ) {
      void this.#start();
    }
  }

  async #start(): Promise<void> {
    const definition = this.#definition;
    const { region, workerEntry, extraEnvironment, clockOffset, log } = this.#options;
    const environment = new ExecutionEnvironment({
      definition,
      region,
      workerEntry,
      extraEnvironment,
      clockOffset: clockOffset.shared,
      onLine: (message, timeMs) => log({ region, source: definition.logGroup, timeMs, message }),
      onEnd: () => this.#ended(member),
    });
    const member: Member = { environment, definition, state: 'starting', idleSinceMs: 0, cold: true };
    this.#members.add(member);
    this.#counts.coldStarts += 1;
    const error = await environment.initialised;
    if (member.state === 'gone') return;
    if (error === undefined) {
      this.#release(member);
      return;
    }
    void this.#remove(member);
    const waiting = this.#queue.shift();
    this.#counts.errors += 1;
    waiting?.settle({ outcome: 'function-error', requestId: waiting.requestId, error });
    this.#dispatch();
  }

  async #run(member: Member, { requestId, event, settle }: Waiting): Promise<void> {
    const { definition, environment, cold } = member;
    const { platformLog } = this.#options;
    member.state = 'busy';
    member.cold = false;
    const writePlatformLine = platformLog ? (line: string) => this.#write(definition, line) : undefined;
    const result = await runInvocation(environment, {
      requestId,
      event,
      definition,
      cold,
      writePlatformLine,
    });
    if (result.outcome !== 'success') this.#counts.errors += 1;
    settle(result);
    this.#release(member);
  }

  #write({ logGroup }: FunctionDefinition, message: string): void {
    const { log, region, clock } = this.#options;
    log({ region, source: logGroup, timeMs: clock(), message });
  }

  /**
   * Takes an environment back after its start or an invocation.
   *
   *   invocation   run (old code) ────────────── answers
   *   swap                      new definition
   *                                                 └ release: old code, ended instead of used again
   */
  #release(member: Member): void {
    const usable = !member.environment.ended && member.definition === this.#definition && !this.#closed;
    if (member.state === 'gone' || !usable) {
      void this.#remove(member);
    } else {
      member.state = 'idle';
      member.idleSinceMs = this.#options.clock();
      this.#idle.push(member);
      this.#scheduleEviction();
    }
    if (!this.#closed) this.#dispatch();
  }

  async #remove(member: Member): Promise<void> {
    this.#forget(member);
    await member.environment.terminate();
  }

  #ended(member: Member): void {
    const wasIdle = member.state === 'idle';
    // One that dies while it starts or runs is dealt with where its answer is awaited.
    if (wasIdle) this.#forget(member);
  }

  #forget(member: Member): void {
    member.state = 'gone';
    this.#members.delete(member);
    this.#idle = this.#idle.filter((other) => other !== member);
  }

  #scheduleEviction(): void {
    if (this.#evictionTimer !== undefined || this.#idle.length === 0) return;
    const timer = setTimeout(() => {
      this.#evictionTimer = undefined;
      const oldestMs = this.#options.clock() - this.#options.idleTimeoutMs;
      for (const member of this.#idle.filter(({ idleSinceMs }) => idleSinceMs <= oldestMs)) {
        void this.#remove(member);
      }
      this.#scheduleEviction();
    }, this.#options.idleTimeoutMs);
    this.#evictionTimer = timer.unref();
  }
}

async function waitUntil(condition: () => boolean, limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!condition() && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 5));
}
