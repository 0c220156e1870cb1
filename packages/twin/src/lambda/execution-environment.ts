import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { EnvironmentMessage, EnvironmentSetup, InvokeMessage } from './environment-protocol.ts';
import { environmentVariables } from './environment-variables.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { FunctionError } from './invocation-result.ts';

/** Lambda gives code 10 s to load; what it takes longer counts against the function's own timeout. */
const INIT_LIMIT_MS = 10_000;

/** How an environment is made and where its lines go. */
export interface ExecutionEnvironmentOptions {
  readonly definition: FunctionDefinition;
  readonly region: string;
  readonly workerEntry: URL | string;
  readonly extraEnvironment: Readonly<Record<string, string>>;
  /** How far the function's clock is off; see `moved-clock.ts`. */
  readonly clockOffset: SharedArrayBuffer;
  readonly onLine: (line: string, timeMs: number) => void;
  /** Told once when the thread has ended, for whatever reason. */
  readonly onEnd: () => void;
}

/** One answer of an environment. `heapUsedBytes` is 0 where the environment died of it. */
export type EnvironmentAnswer =
  | { readonly payload: string; readonly heapUsedBytes: number }
  | { readonly error: FunctionError; readonly heapUsedBytes: number };

/**
 * A Lambda execution environment in a worker thread: its own module graph, `process.env` and heap limit, and
 * one invocation at a time. Once it has died it answers nothing more; it never restarts itself.
 */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #startedMs = performance.now();
  #initDurationMs = 0;
  #initialised: ((error: FunctionError | undefined) => void) | undefined;
  #answer: ((answer: EnvironmentAnswer) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fatal: FunctionError | undefined;
  #ended = false;

  /** Resolves with nothing when the code is loaded, or with the error that it could not be loaded for. */
  readonly initialised: Promise<FunctionError | undefined>;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    this.initialised = new Promise((resolve) => {
      this.#initialised = resolve;
    });
    this.#worker = startWorker(options);
    this.#worker.on('message', (message: EnvironmentMessage) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#fatal ??= uncaughtError(error, options.definition.memoryMb);
    });
    this.#worker.on('exit', (code) => this.#end(code));
    const limitMs = INIT_LIMIT_MS + options.definition.timeoutMs;
    this.#timer = setTimeout(() => this.#expire(timedOut('INIT', limitMs)), limitMs);
  }

  /** How long the cold start took, in milliseconds; 0 before it is over. */
  get initDurationMs(): number {
    return this.#initDurationMs;
  }

  /** Whether it has died, or is about to: it must not be given another invocation. */
  get ended(): boolean {
    return this.#ended || this.#fatal !== undefined;
  }

  /** Runs the handler once. The caller sees to it that the environment is initialised and idle. Never rejects. */
  invoke(message: InvokeMessage): Promise<EnvironmentAnswer> {
    return new Promise((resolve) => {
      if (this.#ended) {
        resolve({ error: this.#fatal ?? exited(1), heapUsedBytes: 0 });
        return;
      }
      this.#answer = resolve;
      const { timeoutMs } = this.#options.definition;
      this.#timer = setTimeout(() => this.#expire(timedOut(message.requestId, timeoutMs)), timeoutMs);
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread at once. An invocation under way ends as if its process had exited. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: EnvironmentMessage): void {
    switch (message.type) {
      case 'log':
        this.#options.onLine(message.line, message.timeMs);
        break;
      case 'ready':
        clearTimeout(this.#timer);
        this.#initDurationMs = performance.now() - this.#startedMs;
        this.#settleInit(undefined);
        break;
      case 'result':
      case 'failure':
        this.#settle(message);
        break;
      case 'fatal':
        this.#fatal ??= message.error;
        break;
    }
  }

  #expire(error: FunctionError): void {
    this.#fatal ??= error;
    // The caller hears of it now: a thread that spins may take a while to be stopped.
    this.#fail(error);
    void this.#worker.terminate();
  }

  #end(code: number): void {
    this.#ended = true;
    this.#fail(this.#fatal ?? exited(code));
    this.#options.onEnd();
  }

  #fail(error: FunctionError): void {
    this.#settleInit(error);
    this.#settle({ error, heapUsedBytes: 0 });
  }

  #settleInit(error: FunctionError | undefined): void {
    this.#initialised?.(error);
    this.#initialised = undefined;
  }

  #settle(answer: EnvironmentAnswer): void {
    clearTimeout(this.#timer);
    const settle = this.#answer;
    this.#answer = undefined;
    settle?.(answer);
  }
}

/**
 * A handler's garbage is young and small. V8's default would let each environment keep about 50 MB of it, times
 * the environments of every function and region.
 */
const YOUNG_GENERATION_MB = 8;

function startWorker({
  definition,
  region,
  workerEntry,
  extraEnvironment,
  clockOffset,
}: ExecutionEnvironmentOptions): Worker {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
  const setup: EnvironmentSetup = {
    functionName: definition.functionName,
    functionArn: definition.functionArn,
    handler: definition.handler,
    codeDir: definition.codeDir,
    memoryMb: definition.memoryMb,
    logFormat: definition.logFormat,
    logLevel: definition.applicationLogLevel ?? 'INFO',
    logGroup: definition.logGroup,
    logStream,
    clockOffset,
  };
  return new Worker(workerEntry, {
    name: definition.functionName,
    workerData: setup,
    env: environmentVariables(definition, { region, logStream, extraEnvironment }),
    // Flags of this process, such as a test runner's loader or the inspector, are not the function's.
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: definition.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
}

function timedOut(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `${requestId} Task timed out after ${seconds} seconds`,
  };
}

function exited(code: number): FunctionError {
  const reason =
    code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: reason };
}

function uncaughtError(error: unknown, memoryMb: number): FunctionError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `Runtime exited: its heap outgrew ${memoryMb} MB of memory`,
    };
  }
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: error instanceof Error ? error.message : String(error),
  };
}
