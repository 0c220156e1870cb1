import { limits } from '../contract/limits.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { TableRecord } from './table-record.ts';

/**
 * Refuses a record that would leave no room for what is added to it: the table keeps 400 KB, and the conflict log keeps a
 * lost item whole, in a record that says more. A body has its own bound, but patches add up.
 *
 * @throws PlatformError `item-too-large`
 */
export function requireRoom(record: TableRecord): void {
  const bytes = recordBytes(record);
  if (bytes <= limits.recordBytesMax) return;
  throw new PlatformError(
    'item-too-large',
    `Cannot write the item: it would take ${bytes} bytes of the table, at most ${limits.recordBytesMax} are allowed`,
  );
}

/**
 * Bytes that a record takes in the table, as DynamoDB counts them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function recordBytes(record: TableRecord): number {
  return membersBytes(Object.entries(record));
}

/** Of a list or a map, beside what is in it. */
const CONTAINER_BYTES = 3;

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberBytes(value);
  // One byte for each element: https://aws.amazon.com/blogs/database/calculate-amazon-dynamodb-item-size/
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + 1 + valueBytes(each), CONTAINER_BYTES);
  if (value instanceof Map) return CONTAINER_BYTES + value.size + membersBytes([...value]);
  if (typeof value !== 'object' || value === null) return 1;
  const members = Object.entries(value);
  return CONTAINER_BYTES + members.length + membersBytes(members);
}

function membersBytes(members: readonly (readonly [string, unknown])[]): number {
  return members.reduce(
    (sum, [name, value]) => (value === undefined ? sum : sum + Buffer.byteLength(name) + valueBytes(value)),
    0,
  );
}

// Two significant digits a byte, one for the exponent, and one for a minus.
function numberBytes(value: number): number {
  const digits = String(Math.abs(value))
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
}
