import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Gives this Region's sign of life each minute, sees how long each peer takes to show it, and reads theirs.
 *
 * 15 s: a second to reach the peers, three to write, five to be seen, and a cold start. 512 MB: memory buys CPU, and
 * with less of it the time that this function needs for itself would pass for replication's.
 */
export const heartbeat = defineFunction({
  ...functionDefaults,
  name: 'heartbeat',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 15,
});
