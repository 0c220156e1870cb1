import { createHash } from 'node:crypto';
import type { LambdaRecord } from './lambda-record.ts';

/**
 * The lane of a record: the same for all records of one item, so that they stay in order, and spread over the lanes
 * for different ones. There must be a lane.
 */
export function laneOf<Lane>({ dynamodb: { Keys } }: LambdaRecord, lanes: readonly Lane[]): Lane {
  const place = lanes.length === 1 ? 0 : hashOf(Keys) % lanes.length;
  const lane = lanes[place];
  if (lane === undefined) throw new RangeError('Cannot choose a lane: there is none, one at least is needed');
  return lane;
}

function hashOf(keys: LambdaRecord['dynamodb']['Keys']): number {
  const text = JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha1').update(text).digest().readUInt32BE(0);
}
