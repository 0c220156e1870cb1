import type { Clock, PlatformClient, Random, RegionView } from '@gsp/client';
import { createTrafficLog, type TrafficSnapshot } from './traffic-log.ts';
import { failoverMark, recoveredMark } from './traffic-mark.ts';
import { createTrafficStream, type StreamSettings } from './traffic-stream.ts';

/** What a stream works with. */
export interface OpenStreamOptions {
  /** Used by the stream alone, so that its events are those of the stream's calls and no others. It is closed with it. */
  readonly client: PlatformClient;
  readonly regions: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of each call that failed. */
  readonly onFailure: (error: unknown) => void;
}

/** A stream of calls together with what was seen of them. */
export interface OpenStream {
  start(settings: StreamSettings): void;
  stop(): void;
  snapshot(): TrafficSnapshot;
  /** The regions as the stream's client sees them. */
  regionViews(): readonly RegionView[];
  /** Stops, and ends the client. */
  close(): void;
}

/** Partition key under which the stream writes; its items expire after minutes. */
export const streamPk = 'console-traffic';

/** Sets a client up for a stream and listens to it. Nothing is sent before `start`. */
export function openStream({ client, regions, clock, random, onFailure }: OpenStreamOptions): OpenStream {
  const log = createTrafficLog({ regions });
  client.on('call', log.noteCall);
  client.on('attempt', log.noteAttempt);
  client.on('recovered', (event) => log.noteMark(recoveredMark(event)));
  const stream = createTrafficStream({ client, clock, random, pk: streamPk, onFailure });
  client.on('failover', (event) => {
    log.noteMark(failoverMark(event));
    stream.forgetLatestOf(event.from);
  });
  return {
    start: stream.start,
    stop: stream.stop,
    snapshot: log.snapshot,
    regionViews: () => client.regions(),
    close: () => {
      stream.stop();
      client.close();
    },
  };
}
