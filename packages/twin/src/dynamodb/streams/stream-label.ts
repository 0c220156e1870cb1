import { createHash } from 'node:crypto';

const LABELS_FROM_MS = Date.UTC(2026, 0, 1);
const LABELS_SPAN_MS = 365 * 24 * 60 * 60 * 1_000;

/**
 * The label of a table's stream in one region: a timestamp, as AWS writes it, that depends on region and table alone.
 *
 * AWS takes the time at which the stream was made, which a template cannot know before it is deployed. Here the
 * templates are resolved before the replica runs, and both must come to the same ARN. Each region has a label of its
 * own, as on AWS: an ARN that is put together from another region's label finds no stream.
 */
export function streamLabelOf({ region, tableName }: { region: string; tableName: string }): string {
  const hash = createHash('sha256').update(`${region} ${tableName}`).digest();
  const timeMs = LABELS_FROM_MS + (hash.readUIntBE(0, 6) % LABELS_SPAN_MS);
  return new Date(timeMs).toISOString().replace('Z', '');
}
