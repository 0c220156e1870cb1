import { defineFunction } from '@aws-amplify/backend';

/** How long one run may take. CloudFormation has to wait longer than that. */
export const streamLookupTimeoutSeconds = 300;

/**
 * Tells CloudFormation the ARN of the stream of this Region's replica: the handler of a custom resource.
 *
 * 300 s: where all Regions are deployed at once, the replica appears a few minutes after this Region's stack
 * has begun; the function waits for it, and keeps enough time to say that it did not come. 256 MB: it runs
 * a few times in the life of a stack and waits most of its time.
 */
export const streamLookup = defineFunction({
  name: 'stream-lookup',
  entry: './handler.ts',
  runtime: 24,
  architecture: 'arm64',
  memoryMB: 256,
  timeoutSeconds: streamLookupTimeoutSeconds,
  resourceGroupName: 'platform',
  logging: { format: 'json', level: 'info', retention: '1 week' },
});
