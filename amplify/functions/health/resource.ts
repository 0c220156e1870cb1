import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Answers health probes, and nothing else: what a probe waits for must not share concurrency, code or
 * faults with the traffic that it judges.
 *
 * 3 s: a checker gives up 2 s after it has connected, so a later answer is worth nothing, while a stuck
 * environment is recycled soon. 512 MB: memory buys CPU, and a cold start with the AWS SDK in less than
 * that takes longer than a checker waits.
 */
export const health = defineFunction({
  ...functionDefaults,
  name: 'health',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 3,
});
