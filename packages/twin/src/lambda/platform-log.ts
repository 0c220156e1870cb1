import type { FunctionDefinition } from './function-definition.ts';
import type { InvocationResult } from './invocation-result.ts';

/** What Lambda reports about one invocation when it is over. Times in milliseconds. */
export interface InvocationReport {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout';
  readonly durationMs: number;
  /** Present on the first invocation of an environment only. */
  readonly initDurationMs?: number;
  readonly heapUsedBytes: number;
}

/** The line that Lambda writes before an invocation, in the function's log format. */
export function startLine({ logFormat }: FunctionDefinition, requestId: string): string {
  if (logFormat === 'Text') return `START RequestId: ${requestId} Version: $LATEST`;
  const time = new Date().toISOString();
  return `{"time":"${time}","type":"platform.start","record":{"requestId":"${requestId}","version":"$LATEST"}}`;
}

/**
 * The lines that Lambda writes after an invocation. Memory is the heap of the environment alone, which is less
 * than what AWS counts. https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export function reportLines({ logFormat, memoryMb }: FunctionDefinition, report: InvocationReport): string[] {
  const { requestId, status, initDurationMs } = report;
  const durationMs = round(report.durationMs);
  const billedDurationMs = Math.ceil(report.durationMs + (initDurationMs ?? 0));
  const maxMemoryUsedMB = Math.min(memoryMb, Math.ceil(report.heapUsedBytes / 1_048_576));
  if (logFormat === 'JSON') {
    const metrics = {
      durationMs,
      billedDurationMs,
      memorySizeMB: memoryMb,
      maxMemoryUsedMB,
      ...(initDurationMs !== undefined && { initDurationMs: round(initDurationMs) }),
    };
    const time = new Date().toISOString();
    return [JSON.stringify({ time, type: 'platform.report', record: { requestId, status, metrics } })];
  }
  const init = initDurationMs === undefined ? '' : `\tInit Duration: ${round(initDurationMs)} ms`;
  return [
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs} ms\tBilled Duration: ${billedDurationMs} ms\t` +
      `Memory Size: ${memoryMb} MB\tMax Memory Used: ${maxMemoryUsedMB} MB${init}`,
  ];
}

/** The status word of a report for what became of an invocation. */
export function reportStatus(result: InvocationResult): InvocationReport['status'] {
  if (result.outcome === 'success') return 'success';
  return result.outcome === 'function-error' && result.error.errorType === 'Sandbox.Timedout'
    ? 'timeout'
    : 'error';
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
