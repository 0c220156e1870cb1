import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { TestRegion } from './replica-cluster.ts';
import { testTable } from './test-table.ts';

/** The only shard of the test table's stream in a region. */
export async function onlyShard({ streams }: TestRegion): Promise<{ StreamArn: string; ShardId: string }> {
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName: testTable.tableName }));
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  if (StreamArn === undefined || ShardId === undefined)
    throw new Error('Cannot read the stream: it has no shard');
  return { StreamArn, ShardId };
}

/** Reads a region's stream from a place to its end. */
export async function readStream(
  region: TestRegion,
  {
    type = 'TRIM_HORIZON',
    sequenceNumber,
    limit,
  }: { type?: ShardIteratorType; sequenceNumber?: string; limit?: number } = {},
): Promise<StreamRecord[]> {
  const start = { ...(await onlyShard(region)), ShardIteratorType: type, SequenceNumber: sequenceNumber };
  let { ShardIterator } = await region.streams.send(new GetShardIteratorCommand(start));
  const records: StreamRecord[] = [];
  for (;;) {
    const page = await region.streams.send(new GetRecordsCommand({ ShardIterator, Limit: limit }));
    records.push(...(page.Records ?? []));
    ShardIterator = page.NextShardIterator;
    if (page.Records?.length === 0) return records;
  }
}
