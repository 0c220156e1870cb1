import type { LambdaRecord } from '../../src/event-sources/lambda-record.ts';

export const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000';

/** A record of a stream as a function gets it; `n` gives its key and its place. */
export function recordOf(n: number, overrides: Partial<LambdaRecord> = {}): LambdaRecord {
  return {
    eventID: `id-${n}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_800_000_000,
      Keys: { pk: { S: `p${n}` } },
      NewImage: { pk: { S: `p${n}` } },
      SequenceNumber: String(n),
      SizeBytes: 6,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM_ARN,
    ...overrides,
  };
}
