import { createHash } from 'node:crypto';
import { type AttributeMap, itemSizeBytes } from '../item/attribute-value.ts';
import type { ChangeRecord } from '../journal/change-record.ts';
import type { StreamViewType } from '../table-definition.ts';
import type { ReplicaTable } from '../write/replica-table.ts';

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

/** What is known of a change without parsing an image. */
export interface ChangeSummary {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** True for an item that this region's TTL deletion removed. */
  readonly expired: boolean;
}

/** The kind of change, as a stream record names it. */
export function eventNameOf({ oldImage, newImage }: ChangeRecord): ChangeSummary['eventName'] {
  if (newImage === null) return 'REMOVE';
  return oldImage === null ? 'INSERT' : 'MODIFY';
}

const DIGITS = 20;

/** A change's place in the log as a stream's sequence number: 21 digits, which is the shortest that AWS allows. */
export function toSequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(DIGITS, '0')}`;
}

/** The place in the log that a sequence number names; nothing for a text that `toSequenceNumber` does not make. */
export function fromSequenceNumber(sequenceNumber: unknown): number | undefined {
  if (typeof sequenceNumber !== 'string' || !/^1\d{20}$/.test(sequenceNumber)) return undefined;
  const sequence = Number(sequenceNumber.slice(1));
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}
