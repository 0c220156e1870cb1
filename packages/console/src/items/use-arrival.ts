import { type AnswerFacts, systemClock } from '@gsp/client/fetch';
import type { Item } from '@gsp/platform/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import {
  type ArrivalTimeline,
  giveUp,
  isUnderway,
  lookAgain,
  noteLook,
  startTimeline,
} from './arrival-timeline.ts';
import { watchArrival } from './watch-arrival.ts';

/** A write that was acknowledged, and how far it has come. */
export interface WatchedWrite {
  readonly item: Item;
  readonly answer: AnswerFacts;
  /** Milliseconds of the client's clock. */
  readonly acknowledgedAtMs: number;
  readonly timeline: ArrivalTimeline;
}

/** Follows the latest write into every region. */
export interface ArrivalWatch {
  readonly write: WatchedWrite | null;
  readonly isWatching: boolean;
  /** Follows this write from now on, and no other. */
  follow(written: Pick<WatchedWrite, 'item' | 'answer' | 'acknowledgedAtMs'>): void;
  stop(): void;
  /** Goes on where the watch had ended. */
  resume(): void;
}

/** Follows one write at a time, for a minute at most, and no longer than the component is there. */
export function useArrival(): ArrivalWatch {
  const { client, regions, noteMeasuredLag } = usePlatform();
  const [write, setWrite] = useState<WatchedWrite | null>(null);
  const [isWatching, setWatching] = useState(false);
  const watch = useRef<AbortController | null>(null);
  useEffect(() => () => watch.current?.abort(), []);

  const change = useCallback((next: (timeline: ArrivalTimeline) => ArrivalTimeline) => {
    setWrite((known) => known && { ...known, timeline: next(known.timeline) });
  }, []);

  const watchFrom = (watched: WatchedWrite): void => {
    watch.current?.abort();
    const end = new AbortController();
    watch.current = end;
    setWrite(watched);
    setWatching(true);
    const { item, answer, acknowledgedAtMs, timeline } = watched;
    void watchArrival({
      client,
      clock: systemClock,
      key: { pk: item.pk, sk: item.sk },
      regions: timeline.filter(isUnderway).map(({ region }) => region),
      acknowledgedAtMs,
      signal: end.signal,
      onLook: (seen) => {
        change((known) => noteLook(known, seen));
        if (seen.look === 'visible')
          noteMeasuredLag({ from: answer.region, to: seen.region, lagMs: seen.atMs });
      },
    }).then(() => {
      // Another write may be followed by now; what ends here is only this watch.
      if (watch.current !== end) return;
      watch.current = null;
      change(giveUp);
      setWatching(false);
    });
  };

  return {
    write,
    isWatching,
    follow: (written) => {
      const names = regions.map(({ region }) => region);
      watchFrom({ ...written, timeline: startTimeline(names, written.answer.region) });
    },
    stop: () => watch.current?.abort(),
    resume: () => {
      if (write !== null) watchFrom({ ...write, timeline: lookAgain(write.timeline) });
    },
  };
}
