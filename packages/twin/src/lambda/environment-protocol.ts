import type { LogLevel } from './function-definition.ts';
import type { FunctionError } from './invocation-result.ts';

/** What a worker thread is told once, as its `workerData`. */
export interface EnvironmentSetup {
  readonly functionName: string;
  readonly functionArn: string;
  readonly handler: string;
  readonly codeDir: string;
  readonly memoryMb: number;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: LogLevel;
  readonly logGroup: string;
  readonly logStream: string;
  /** See `moved-clock.ts`. */
  readonly clockOffset: SharedArrayBuffer;
}

/** Pool to worker: run the handler once. One invocation is under way at a time. */
export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON text: neither side can reach the other's objects. */
  readonly event: string;
  /** When the function times out, in epoch milliseconds. */
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** Worker to pool. Messages arrive in the order they were posted, so log lines precede the result. */
export type EnvironmentMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly timeMs: number; readonly line: string }
  | { readonly type: 'result'; readonly payload: string; readonly heapUsedBytes: number }
  /** The invocation under way failed; the environment lives on. */
  | { readonly type: 'failure'; readonly error: FunctionError; readonly heapUsedBytes: number }
  /** The environment cannot go on: its code did not load, or something was thrown outside the handler. */
  | { readonly type: 'fatal'; readonly error: FunctionError };
