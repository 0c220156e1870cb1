import { createClient } from '@gsp/client';
import { type RegionView, systemClock } from '@gsp/client/fetch';
import { useCallback, useEffect, useRef, useState } from 'react';
import { describeFailure, type Failure } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { type OpenStream, openStream } from './open-stream.ts';
import type { TrafficSnapshot } from './traffic-log.ts';
import type { StreamSettings } from './traffic-stream.ts';
import { useLongHidden } from './use-long-hidden.ts';

/** Which way the stream finds a region: `regional`, the client chooses; `global`, whatever DNS says of the one name. */
export type StreamPath = 'regional' | 'global';

/** What the panel shows at one moment. */
export interface TrafficView extends TrafficSnapshot {
  /** Milliseconds of the client's clock. */
  readonly atMs: number;
  readonly regionViews: readonly RegionView[];
  /** The latest call that failed; null while none has. */
  readonly failure: Failure | null;
}

/** The stream, as the panel handles it. */
export interface Traffic {
  readonly isRunning: boolean;
  /** Null until the stream was started for the first time. */
  readonly view: TrafficView | null;
  readonly settings: StreamSettings;
  readonly path: StreamPath;
  /** Whether it was stopped because nobody has looked for long. */
  readonly wasStoppedUnseen: boolean;
  change(settings: StreamSettings): void;
  /** Takes effect, with new figures, when the stream is started. */
  choosePath(path: StreamPath): void;
  start(): void;
  stop(): void;
}

const drawEveryMs = 500;
const hiddenMaxMs = 60_000;
/** Gentle, and enough to see a failover within a second. */
const gentle: StreamSettings = { requestsPerSecond: 4, writeShare: 0.2 };

/** Holds a stream of calls through a client of its own. It runs only after the user has started it. */
export function useTraffic(): Traffic {
  const { outputs, regions } = usePlatform();
  const [isRunning, setRunning] = useState(false);
  const [wasStoppedUnseen, setStoppedUnseen] = useState(false);
  const [settings, setSettings] = useState(gentle);
  const [path, setPath] = useState<StreamPath>(outputs.isEdgeOnly ? 'global' : 'regional');
  const [view, setView] = useState<TrafficView | null>(null);
  const stream = useRef<OpenStream | null>(null);
  const failure = useRef<Failure | null>(null);

  const discard = useCallback(() => {
    stream.current?.close();
    stream.current = null;
    failure.current = null;
  }, []);
  const draw = useCallback(() => {
    if (stream.current === null) return;
    const { snapshot, regionViews } = stream.current;
    setView({
      ...snapshot(),
      atMs: systemClock.nowMs(),
      regionViews: regionViews(),
      failure: failure.current,
    });
  }, []);
  const stop = useCallback(() => {
    stream.current?.stop();
    setRunning(false);
    draw();
  }, [draw]);
  const start = (): void => {
    stream.current ??= openStream({
      client: createClient({ outputs: outputs.content, endpoint: path }),
      regions: regions.map(({ region }) => region),
      clock: systemClock,
      random: Math.random,
      onFailure: (error) => {
        failure.current = describeFailure(error);
      },
    });
    stream.current.start(settings);
    setStoppedUnseen(false);
    setRunning(true);
    draw();
  };

  useEffect(() => discard, [discard]);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(draw, drawEveryMs);
    return () => clearInterval(timer);
  }, [isRunning, draw]);
  useLongHidden(hiddenMaxMs, {
    isEnabled: isRunning,
    onLongHidden: () => {
      stop();
      setStoppedUnseen(true);
    },
  });

  return {
    isRunning,
    view,
    settings,
    path,
    wasStoppedUnseen,
    start,
    stop,
    change: (wanted) => {
      setSettings(wanted);
      if (isRunning) stream.current?.start(wanted);
    },
    choosePath: (wanted) => {
      discard();
      setRunning(false);
      setView(null);
      setPath(wanted);
    },
  };
}
