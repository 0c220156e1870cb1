import type { ClientEvents, PlatformClient } from '@gsp/client';
import { describe, expect, it, vi } from 'vitest';
import { openStream } from '../src/traffic/open-stream.ts';
import { manualClock } from './manual-clock.ts';
import { attemptEvent, callEvent } from './traffic-events.ts';

type Listeners = { [Name in keyof ClientEvents]: ((event: ClientEvents[Name]) => void)[] };

/** A client that answers nothing and tells what it is told to. */
function tellingClient() {
  const listeners: Listeners = { attempt: [], call: [], failover: [], recovered: [], 'session-dropped': [] };
  const refuse = vi.fn(async () => Promise.reject(new Error('not asked for')));
  const client: PlatformClient = {
    writeItem: refuse,
    getItem: refuse,
    listItems: refuse,
    putItem: refuse,
    patchItem: refuse,
    deleteItem: refuse,
    incrementCounter: refuse,
    getCounter: refuse,
    listConflicts: refuse,
    acknowledgeConflict: refuse,
    session: { token: undefined, note: () => undefined },
    regions: () => [],
    on: (name, listener) => {
      listeners[name].push(listener);
      return () => undefined;
    },
    close: vi.fn<() => void>(),
  };
  const tell = <Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void => {
    for (const listener of listeners[name]) listener(event);
  };
  return { client, refuse, tell };
}

function open() {
  const telling = tellingClient();
  const { clock } = manualClock();
  const stream = openStream({
    client: telling.client,
    regions: ['eu-west-1', 'eu-central-1'],
    clock,
    random: () => 0.5,
    onFailure: () => undefined,
  });
  return { ...telling, stream };
}

describe('openStream()', () => {
  it('sends nothing by itself', () => {
    expect(open().refuse).not.toHaveBeenCalled();
  });

  it("keeps what the stream's client tells", () => {
    const { stream, tell } = open();
    tell('attempt', attemptEvent({ kind: 'failover' }));
    tell('call', callEvent({ region: 'eu-central-1', attempts: 2 }));
    tell('failover', { from: 'eu-west-1', to: 'eu-central-1', reason: 'timed-out', atMs: 5 });
    tell('recovered', { region: 'eu-west-1', outageMs: 900, atMs: 5_000 });
    const { figures, calls, marks } = stream.snapshot();
    expect([figures.calls, figures.failovers, figures.requestsPerCall]).toEqual([1, 1, 2]);
    expect(calls.map(({ region }) => region)).toEqual(['eu-central-1']);
    expect(marks.map(({ kind }) => kind)).toEqual(['failover', 'recovered']);
  });

  it('ends its client with itself', () => {
    const { stream, client } = open();
    stream.close();
    expect(client.close).toHaveBeenCalledTimes(1);
  });
});
