import type { EventSourceMappingDefinition } from '../../src/event-sources/event-source-mapping.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { STREAM_ARN } from './lambda-record-fixture.ts';

/** A mapping as Lambda's defaults make it, with what a test changes. */
export function mappingOf(
  overrides: Partial<EventSourceMappingDefinition> = {},
): EventSourceMappingDefinition {
  return {
    id: 'b5b7a1f0-0000-4000-8000-000000000000',
    logicalId: 'Mapping',
    functionName: 'f',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
    eventSourceArn: STREAM_ARN,
    enabled: true,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 100,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    filters: [],
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    reportBatchItemFailures: false,
    ...overrides,
  };
}

export const success = (answer: unknown = null): InvocationResult => ({
  outcome: 'success',
  requestId: 'r',
  payload: JSON.stringify(answer),
});
export const failure = (errorMessage = 'no'): InvocationResult => ({
  outcome: 'function-error',
  requestId: 'r',
  error: { errorType: 'Error', errorMessage },
});
export const throttle = (): InvocationResult => ({
  outcome: 'rejected',
  requestId: 'r',
  code: 'TooManyRequestsException',
  statusCode: 429,
  message: 'Rate Exceeded',
});
