import { createHash } from 'node:crypto';
import type { AttributeMap } from '../item/attribute-value.ts';
import { itemSizeBytes } from '../item/item-size.ts';
import type { ChangeRecord } from '../journal/change-record.ts';
import type { StreamViewType } from '../table-definition.ts';
import type { ReplicaTable } from '../write/replica-table.ts';
import { type ChangeSummary, eventNameOf } from './change-summary.ts';
import { toSequenceNumber } from './sequence-number.ts';

/** A stream record as GetRecords returns it, and, with `eventSourceARN`, as a Lambda event holds it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: ChangeSummary['eventName'];
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: AttributeMap;
    readonly NewImage?: AttributeMap;
    readonly OldImage?: AttributeMap;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
  /** Present on what TTL deletion removed in this region, as AWS marks it; a replicated deletion has none. */
  readonly userIdentity?: { readonly Type: 'Service'; readonly PrincipalId: 'dynamodb.amazonaws.com' };
}

/** Turns a change into the record of its table's stream. */
export function toStreamRecord(record: ChangeRecord, table: ReplicaTable, region: string): StreamRecord {
  const view = table.definition.streamViewType ?? 'NEW_AND_OLD_IMAGES';
  const Keys = table.keys.attributesOf(record.key);
  const NewImage = view === 'KEYS_ONLY' || view === 'OLD_IMAGE' ? undefined : parsed(record.newImage);
  const OldImage = view === 'KEYS_ONLY' || view === 'NEW_IMAGE' ? undefined : parsed(record.oldImage);
  return {
    eventID: createHash('md5').update(`${table.arn} ${table.meta.tableId} ${record.sequence}`).digest('hex'),
    eventName: eventNameOf(record),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.timeMs / 1_000),
      Keys,
      ...(NewImage === undefined ? {} : { NewImage }),
      ...(OldImage === undefined ? {} : { OldImage }),
      SequenceNumber: toSequenceNumber(record.sequence),
      SizeBytes: itemSizeBytes(Keys) + itemSizeBytes(NewImage ?? {}) + itemSizeBytes(OldImage ?? {}),
      StreamViewType: view,
    },
    ...(record.expired ? { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } } : {}),
  };
}

function parsed(image: string | null): AttributeMap | undefined {
  return image === null ? undefined : JSON.parse(image);
}
