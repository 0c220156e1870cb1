import type { ItemKey } from '../contract/item.ts';
import { writeLogLine } from './write-log-line.ts';

/** Warns of a record in the table that this API did not write and therefore does not show. */
export function logForeignRecord({ pk, sk }: ItemKey): void {
  const remedy = 'Delete the record, or keep records of other programs in a table of their own.';
  const message = `Cannot show a record: it is no item of this API. ${remedy}`;
  writeLogLine(JSON.stringify({ timestamp: new Date().toISOString(), level: 'WARN', message, pk, sk }));
}
