import type { FailoverEvent, RecoveredEvent } from '@gsp/client';

/** A moment that is drawn across the whole chart. Times in milliseconds of the client's clock. */
export type TrafficMark =
  | {
      readonly kind: 'failover';
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      readonly atMs: number;
      /** How many events of one kind are drawn as this mark. */
      readonly count: number;
    }
  | {
      readonly kind: 'recovered';
      readonly region: string;
      readonly outageMs: number;
      readonly atMs: number;
      readonly count: number;
    };

// A burst of calls that all leave a region is one thing that happened, not twenty.
const sameMomentMs = 1_000;

/** The mark of a failover. */
export function failoverMark(event: FailoverEvent): TrafficMark {
  return { kind: 'failover', ...event, count: 1 };
}

/** The mark of a recovery. */
export function recoveredMark(event: RecoveredEvent): TrafficMark {
  return { kind: 'recovered', ...event, count: 1 };
}

/** Takes a mark in: into the latest one when both tell the same within a second, else behind it. At most `max` are kept. */
export function addMark(
  marks: readonly TrafficMark[],
  mark: TrafficMark,
  max: number,
): readonly TrafficMark[] {
  const latest = marks.at(-1);
  if (latest !== undefined && tellsTheSame(latest, mark)) {
    return [...marks.slice(0, -1), { ...latest, count: latest.count + mark.count }];
  }
  return [...marks, mark].slice(-max);
}

function tellsTheSame(one: TrafficMark, other: TrafficMark): boolean {
  if (Math.abs(one.atMs - other.atMs) > sameMomentMs) return false;
  if (one.kind === 'failover') {
    return other.kind === 'failover' && one.from === other.from && one.to === other.to;
  }
  return other.kind === 'recovered' && one.region === other.region;
}

/** What happened, in a few words. */
export function markText(mark: TrafficMark): string {
  return mark.kind === 'failover' ? `${mark.from} → ${mark.to}` : `${mark.region} is back`;
}
