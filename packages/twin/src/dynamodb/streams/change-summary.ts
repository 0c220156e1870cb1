import type { ChangeRecord } from '../journal/change-record.ts';

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
