import { describe, expect, it } from 'vitest';
import { createHeartbeatMetrics } from '../../src/functions/metrics.ts';
import { manualClock } from '../domain/manual-clock.ts';

const clock = manualClock();

function setUp() {
  const lines: unknown[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { lines, emit: createHeartbeatMetrics({ write, clock, project: 'gsp', stage: 'main' }) };
}

/** A line as CloudWatch Logs takes metrics out of it. */
const lineOf = (peer: string, metrics: Record<string, number>) => ({
  ...{ timestamp: '2026-11-22T12:00:00.250Z', level: 'INFO', message: 'metrics' },
  _aws: {
    Timestamp: clock.nowMs(),
    CloudWatchMetrics: [
      {
        Namespace: 'GlobalServerlessPlatform',
        Dimensions: [['Project', 'Stage', 'Peer']],
        Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: 'Milliseconds' })),
      },
    ],
  },
  ...{ Project: 'gsp', Stage: 'main', Peer: peer, ...metrics },
});

describe('createHeartbeatMetrics()', () => {
  it('writes a line for each peer, whole, with the three dimensions and no other', () => {
    const { lines, emit } = setUp();
    emit([
      { peer: 'eu-central-1', lagMs: 412.5, ageMs: 20_000, failures: [] },
      { peer: 'us-east-1', lagMs: 900, ageMs: 0, failures: [] },
    ]);
    expect(lines).toStrictEqual([
      lineOf('eu-central-1', { ReplicationLag: 412.5, HeartbeatAge: 20_000 }),
      lineOf('us-east-1', { ReplicationLag: 900, HeartbeatAge: 0 }),
    ]);
  });

  it('leaves out what is not known, and keeps nothing for the next run', () => {
    const { lines, emit } = setUp();
    emit([{ peer: 'eu-central-1', lagMs: 412, ageMs: 5, failures: [] }]);
    emit([
      { peer: 'eu-central-1', lagMs: undefined, ageMs: 60_000, failures: [] },
      { peer: 'us-east-1', lagMs: undefined, ageMs: undefined, failures: [] },
    ]);
    expect(lines.slice(1)).toStrictEqual([lineOf('eu-central-1', { HeartbeatAge: 60_000 })]);
  });
});
