import { describe, expect, it } from 'vitest';
import type { HeartbeatReport, PeerFinding } from '../../src/domain/heartbeat-run.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { createScheduledHeartbeat } from '../../src/functions/heartbeat-handler.ts';
import { manualClock } from '../domain/manual-clock.ts';

const well: PeerFinding = { peer: 'us-east-1', lagMs: 9, ageMs: 9, failures: [] };
const cause = new Error('socket hang up');
const late = new PlatformError('table-timeout', 'Cannot see the heartbeat', { cause });
const gone: PeerFinding = { peer: 'eu-central-1', lagMs: undefined, ageMs: 70_000, failures: [late] };

function setUp(report: HeartbeatReport) {
  const lines: Record<string, unknown>[] = [];
  const measured: (readonly PeerFinding[])[] = [];
  const handler = createScheduledHeartbeat({
    run: async () => report,
    metrics: (findings) => void measured.push(findings),
    write: (line) => void lines.push(JSON.parse(line)),
    clock: manualClock(),
    region: 'eu-west-1',
  });
  return { handler, lines, measured };
}

describe('createScheduledHeartbeat()', () => {
  it('writes metrics and no other line when all is well', async () => {
    const { handler, lines, measured } = setUp({ peers: [well] });
    await handler();
    expect(measured).toStrictEqual([[well]]);
    expect(lines).toStrictEqual([]);
  });

  it('succeeds when a peer is gone, and says why', async () => {
    const { handler, lines, measured } = setUp({ peers: [gone, well] });
    await handler();
    expect(measured).toStrictEqual([[gone, well]]);
    expect(lines).toStrictEqual([
      {
        ...{ timestamp: '2026-11-22T12:00:00.250Z', level: 'WARN' },
        message: 'Cannot tell how replication with a peer stands: see errors',
        ...{ region: 'eu-west-1', peer: 'eu-central-1' },
        errors: [
          {
            ...{ name: 'PlatformError', code: 'table-timeout', message: 'Cannot see the heartbeat' },
            cause: { name: 'Error', message: 'socket hang up', stack: expect.any(String) },
          },
        ],
      },
    ]);
  });

  it('fails when its own region could not write, after it has told the rest', async () => {
    const failure = new PlatformError('table-unavailable', 'Cannot write the heartbeat');
    const { handler, lines, measured } = setUp({ peers: [gone], failure });
    await expect(handler()).rejects.toBe(failure);
    expect(measured).toHaveLength(1);
    expect(lines).toHaveLength(1);
  });
});
