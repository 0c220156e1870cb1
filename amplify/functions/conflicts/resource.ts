import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Reads this Region's stream, writes what last-writer-wins dropped into the conflict log, and takes back
 * increments that two Regions counted.
 *
 * 60 s: a batch has up to 100 records, each of which may write twice, in tens of milliseconds together; the
 * rest is room for a table that is slow or throttles, as a batch that is cut off is read again from its
 * start. 512 MB: a batch is up to 6 MB of JSON that is held as text, as records and as images at once, and
 * the CPU that comes with the memory parses it.
 */
export const conflicts = defineFunction({
  ...functionDefaults,
  name: 'conflicts',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 60,
});
