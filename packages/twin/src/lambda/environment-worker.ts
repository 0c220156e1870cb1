/*
 * The program of one Lambda execution environment: it runs in a worker thread, loads the handler once, and
 * then runs it for one event at a time. It is an entry of its own and imports nothing but Node.js, because it
 * shares its thread with the user's bundle.
 */
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { EnvironmentMessage, EnvironmentSetup, InvokeMessage } from './environment-protocol.ts';
import { RuntimeError, toFunctionError } from './function-error.ts';
import { captureConsole } from './function-log.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { moveClock } from './moved-clock.ts';

/** Exit status of Lambda's Node.js runtime after an unhandled rejection. */
const UNHANDLED_REJECTION_EXIT_CODE = 128;
/** Exit status of Lambda's Node.js runtime after an uncaught exception. */
const UNCAUGHT_EXCEPTION_EXIT_CODE = 129;

const setup = workerData as EnvironmentSetup;
// Before anything of the function's is loaded.
const machineNow = moveClock(setup.clockOffset);
let requestId: string | undefined;

function post(message: EnvironmentMessage): void {
  parentPort?.postMessage(message);
}

const flushLog = captureConsole({
  logFormat: setup.logFormat,
  logLevel: setup.logLevel,
  requestId: () => requestId,
  write: (line) => post({ type: 'log', timeMs: machineNow(), line }),
});

function die(thrown: unknown, exitCode: number): void {
  const error = toFunctionError(thrown);
  console.error(error);
  flushLog();
  post({ type: 'fatal', error });
  process.exit(exitCode);
}

process.on('unhandledRejection', (reason) => {
  const message = `${reason}`;
  die(
    new RuntimeError('Runtime.UnhandledPromiseRejection', message, { cause: reason }),
    UNHANDLED_REJECTION_EXIT_CODE,
  );
});
process.on('uncaughtException', (error) => die(error, UNCAUGHT_EXCEPTION_EXIT_CODE));

/** The context object of https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(message: InvokeMessage): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: setup.logGroup,
    logStreamName: setup.logStream,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - machineNow()),
  };
}

function serialise(answer: unknown): string {
  try {
    return JSON.stringify(answer) ?? 'null';
  } catch (error) {
    throw new RuntimeError(
      'Runtime.MarshalError',
      `Cannot answer with what the handler returned: it has no JSON form (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
  }
}

async function run(handler: Handler, message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  process.env._X_AMZN_TRACE_ID = message.traceId;
  let answer: EnvironmentMessage;
  try {
    const payload = serialise(await handler(JSON.parse(message.event), contextOf(message)));
    answer = { type: 'result', payload, heapUsedBytes: getHeapStatistics().used_heap_size };
  } catch (thrown) {
    const error = toFunctionError(thrown);
    console.error(error);
    answer = { type: 'failure', error, heapUsedBytes: getHeapStatistics().used_heap_size };
  }
  flushLog();
  post(answer);
}

async function start(): Promise<void> {
  const handler = await loadHandler(setup.codeDir, setup.handler);
  parentPort?.on('message', (message: InvokeMessage) => void run(handler, message));
  flushLog();
  post({ type: 'ready' });
}

start().catch((error) => die(error, 1));
