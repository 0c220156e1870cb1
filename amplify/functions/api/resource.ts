import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Answers every route but the health probes, and unknown ones with a problem.
 *
 * 10 s: longer than any caller should wait, well under the 30 s at which API Gateway cuts the call and
 * the reason is lost. 512 MB: an invocation waits for DynamoDB most of its time, so that more CPU would
 * shorten cold starts only, and cost every call. No reserved concurrency: it would be a ceiling as well,
 * in the very Region that takes over all traffic.
 */
export const api = defineFunction({
  ...functionDefaults,
  name: 'api',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 10,
});
