import { defineFunction } from '@aws-amplify/backend';

/**
 * Answers health probes, and nothing else: what a probe waits for must not share concurrency, code or
 * faults with the traffic that it judges.
 *
 * 3 s: a checker gives up 2 s after it has connected, so a later answer is worth nothing, while a stuck
 * environment is recycled soon. 512 MB: memory buys CPU, and a cold start with the AWS SDK in less than
 * that takes longer than a checker waits. Retention, level and variables depend on the stage and are set
 * where the function is placed.
 */
export const health = defineFunction({
  name: 'health',
  entry: './handler.ts',
  runtime: 24,
  architecture: 'arm64',
  memoryMB: 512,
  timeoutSeconds: 3,
  resourceGroupName: 'platform',
  logging: { format: 'json', level: 'info', retention: '1 week' },
});
