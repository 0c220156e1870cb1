import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

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
  ...functionDefaults,
  name: 'stream-lookup',
  entry: './handler.ts',
  memoryMB: 256,
  timeoutSeconds: streamLookupTimeoutSeconds,
});
