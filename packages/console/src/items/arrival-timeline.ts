/** What one region answered when it was asked for the item. */
export type Look = 'visible' | 'absent' | 'unreachable';

/** How far a write has come in one region. Times in milliseconds after the acknowledgement. */
export interface Arrival {
  readonly region: string;
  /** `acknowledged`: it was written there. `gave-up`: nobody looks any more, and it had not been seen. */
  readonly state: 'acknowledged' | 'waiting' | 'unreachable' | 'visible' | 'gave-up';
  /** When it was seen first; null until then. */
  readonly afterMs: number | null;
  /** When it had last been looked for without being there; it arrived later than this. Null before the first look. */
  readonly absentAtMs: number | null;
  readonly looks: number;
}

/** One write on its way to every region. */
export type ArrivalTimeline = readonly Arrival[];

/** The timeline of a write that `writtenIn` has acknowledged just now. */
export function startTimeline(regions: readonly string[], writtenIn: string): ArrivalTimeline {
  return regions.map((region) => {
    const isHere = region === writtenIn;
    return {
      region,
      state: isHere ? 'acknowledged' : 'waiting',
      afterMs: isHere ? 0 : null,
      absentAtMs: null,
      looks: 0,
    };
  });
}

/** Takes in what a region answered `atMs` after the acknowledgement. What was seen stays seen. */
export function noteLook(
  timeline: ArrivalTimeline,
  { region, look, atMs }: { readonly region: string; readonly look: Look; readonly atMs: number },
): ArrivalTimeline {
  return timeline.map((arrival) => {
    if (arrival.region !== region || !isUnderway(arrival)) return arrival;
    const looks = arrival.looks + 1;
    if (look === 'visible') return { ...arrival, state: 'visible', afterMs: atMs, looks };
    if (look === 'unreachable') return { ...arrival, state: 'unreachable', looks };
    return { ...arrival, state: 'waiting', absentAtMs: atMs, looks };
  });
}

/** Nobody looks any more: what has not arrived by now is not known to. */
export function giveUp(timeline: ArrivalTimeline): ArrivalTimeline {
  return timeline.map((arrival) => (isUnderway(arrival) ? { ...arrival, state: 'gave-up' } : arrival));
}

/** Looking goes on where it was given up. */
export function lookAgain(timeline: ArrivalTimeline): ArrivalTimeline {
  return timeline.map((arrival) =>
    arrival.state === 'gave-up' ? { ...arrival, state: 'waiting' } : arrival,
  );
}

/** Whether the region still has to be asked. */
export function isUnderway({ state }: Arrival): boolean {
  return state === 'waiting' || state === 'unreachable';
}

/**
 * Where on its bar an arrival stands, 0 to 1 of `scaleMs`, by the logarithm: 20 ms and 20 s shall both be seen.
 *
 * @param scaleMs end of the bar, above 1
 */
export function barShare(afterMs: number, scaleMs: number): number {
  const share = Math.log1p(Math.max(0, afterMs)) / Math.log1p(scaleMs);
  return Math.min(1, share);
}

/** What the timeline tells, in words: `visible 412 ms after the acknowledgement, and not yet after 370 ms`. */
export function arrivalText({ state, afterMs, absentAtMs }: Arrival): string {
  switch (state) {
    case 'acknowledged':
      return 'written and acknowledged here';
    case 'visible': {
      const before = absentAtMs === null ? '' : `, and not yet after ${wholeMs(absentAtMs)}`;
      return `visible ${wholeMs(afterMs ?? 0)} after the acknowledgement${before}`;
    }
    case 'waiting':
      return 'not yet';
    case 'unreachable':
      return 'not yet: no answer from this region';
    case 'gave-up':
      return 'not seen so far';
  }
}

function wholeMs(ms: number): string {
  return `${Math.round(ms).toLocaleString('en-US')} ms`;
}
