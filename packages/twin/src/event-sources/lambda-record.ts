import type { StreamRecord } from '../dynamodb/streams/stream-record.ts';

/**
 * A record of a DynamoDB stream as a function's event holds it. It differs from what GetRecords returns in
 * `eventSourceARN` and in the case of the members of `userIdentity`.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export interface LambdaRecord extends Omit<StreamRecord, 'userIdentity'> {
  readonly eventSourceARN: string;
  /** On what TTL deletion removed in this region. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

/** Puts a stream's record into the form of an event. */
export function toLambdaRecord(
  { userIdentity, ...record }: StreamRecord,
  eventSourceARN: string,
): LambdaRecord {
  return {
    ...record,
    ...(userIdentity && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    eventSourceARN,
  };
}
