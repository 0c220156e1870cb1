import { randomBytes } from 'node:crypto';
import type { EnvironmentAnswer, ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { InvocationResult } from './invocation-result.ts';
import { reportLines, reportStatus, startLine } from './platform-log.ts';

/** Largest answer, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESPONSE_LIMIT_BYTES = 6_291_556;

/** One invocation and the environment that runs it. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON text. */
  readonly event: string;
  readonly definition: FunctionDefinition;
  /** Whether this is the first one of its environment, which is reported with the time of the cold start. */
  readonly cold: boolean;
  /** Takes START, END and REPORT records; none are made where it is absent. */
  readonly writePlatformLine?: ((line: string) => void) | undefined;
}

/** Runs an invocation in an idle environment, framed by Lambda's platform records. Never rejects. */
export async function runInvocation(
  environment: ExecutionEnvironment,
  { requestId, event, definition, cold, writePlatformLine }: Invocation,
): Promise<InvocationResult> {
  writePlatformLine?.(startLine(definition, requestId));
  const startedMs = performance.now();
  // The environment compares the deadline with the machine's clock, so it is that time, not an injected one.
  const nowMs = Date.now();
  const answer = await environment.invoke({
    requestId,
    event,
    deadlineMs: nowMs + definition.timeoutMs,
    traceId: traceId(nowMs),
  });
  const result = toResult(requestId, answer);
  if (writePlatformLine) {
    const lines = reportLines(definition, {
      requestId,
      status: reportStatus(result),
      durationMs: performance.now() - startedMs,
      heapUsedBytes: answer.heapUsedBytes,
      ...(cold && { initDurationMs: environment.initDurationMs }),
    });
    for (const line of lines) writePlatformLine(line);
  }
  return result;
}

function toResult(requestId: string, answer: EnvironmentAnswer): InvocationResult {
  if ('error' in answer) return { outcome: 'function-error', requestId, error: answer.error };
  if (Buffer.byteLength(answer.payload) <= RESPONSE_LIMIT_BYTES) {
    return { outcome: 'success', requestId, payload: answer.payload };
  }
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`;
  return {
    outcome: 'function-error',
    requestId,
    error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage },
  };
}

/** An X-Ray trace header of a trace that nobody samples. */
function traceId(timeMs: number): string {
  const ids = randomBytes(20).toString('hex');
  const root = `1-${Math.floor(timeMs / 1000).toString(16)}-${ids.slice(0, 24)}`;
  return `Root=${root};Parent=${ids.slice(24)};Sampled=0`;
}
