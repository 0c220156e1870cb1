import { createEngineClient } from '../../../src/dynamodb/engine/engine-client.ts';
import type { AttributeMap } from '../../../src/dynamodb/item/attribute-value.ts';
import { STAMP_ATTRIBUTE } from '../../../src/dynamodb/item/hidden-stamp.ts';
import { HybridLogicalClock } from '../../../src/dynamodb/item/hybrid-logical-clock.ts';
import { createKeyCodec } from '../../../src/dynamodb/item/item-key.ts';
import { ChangeLog } from '../../../src/dynamodb/journal/change-log.ts';
import { type Intent, Intents } from '../../../src/dynamodb/journal/intents.ts';
import type { TestRegion } from './replica-cluster.ts';
import { testTable } from './test-table.ts';

/** How far a write had come when its process was killed. */
export interface InterruptedWrite {
  /** The item before; it must be what is stored. */
  readonly old?: AttributeMap;
  /** The item to be; absent for a deletion. */
  readonly new?: AttributeMap;
  /** Whether the engine had made the write. */
  readonly made: boolean;
  /** Whether the change log had its record. */
  readonly recorded?: boolean;
}

/**
 * Leaves a stopped replica's files, and its engine, as they are when the process is killed in the middle of a
 * write: the intent is written, the rest as the arguments say.
 */
export async function interruptWrite(region: TestRegion, write: InterruptedWrite): Promise<void> {
  const dataDir = `${region.dataDir}/replica`;
  const item = write.new ?? write.old;
  if (item === undefined) throw new Error('Cannot interrupt a write: it has no item');
  const codec = createKeyCodec(testTable);
  const key = codec.ofItem(item);
  const engine = createEngineClient({ url: region.engine().url, region: region.region });
  const TableName = `${region.region}.${testTable.tableName}`;
  const stored = await engine.call('GetItem', { TableName, Key: codec.attributesOf(key) });
  const oldStamp = (stored.Item as AttributeMap | undefined)?.[STAMP_ATTRIBUTE]?.S ?? '';
  const stamp = new HybridLogicalClock(region.region, Date.now).next(oldStamp);
  const { log } = ChangeLog.open(dataDir);
  const { intents } = Intents.open(dataDir);
  const intent: Intent = {
    ...{ stamp, origin: region.region, tableName: testTable.tableName, key, oldStamp, expired: false },
    kind: write.new === undefined ? 'delete' : 'put',
    oldImage: write.old === undefined ? null : JSON.stringify(write.old),
    timeMs: Date.now(),
    logSequence: log.lastSequence,
  };
  intents.begin([intent]);
  if (write.made && write.new === undefined)
    await engine.call('DeleteItem', { TableName, Key: codec.attributesOf(key) });
  if (write.made && write.new !== undefined)
    await engine.call('PutItem', { TableName, Item: { ...write.new, [STAMP_ATTRIBUTE]: { S: stamp } } });
  const newImage = write.new === undefined ? null : JSON.stringify(write.new);
  const { tableName, origin, oldImage, timeMs, expired } = intent;
  if (write.recorded) log.append([{ stamp, origin, tableName, key, timeMs, oldImage, newImage, expired }]);
  intents.close();
  log.close();
  await engine.close();
}
