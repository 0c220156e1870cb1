import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evacuationState, readEvacuationState } from '../../src/operator/evacuation-state.ts';
import { type CannedAnswer, type RegionServer, startRegionServer } from './region-server.ts';

const says = (isEvacuated: boolean | null, expiresAt: string | null = null) => ({
  peer: 'p',
  isEvacuated,
  expiresAt,
});

describe('evacuationState()', () => {
  it.each([
    ['unknown', []],
    ['unknown', [says(null), says(null)]],
    ['in-service', [says(false), says(null)]],
    ['partly', [says(true), says(false)]],
    ['evacuated', [says(true), says(null)]],
  ] as const)('is %s when the peers say %j', (status, probes) => {
    expect(evacuationState('r', probes).status).toBe(status);
  });

  it('ends when the last peer says it does', () => {
    const [early, late] = ['2026-11-23T10:00:00.000Z', '2026-11-23T11:00:00.000Z'] as const;
    expect(evacuationState('r', [says(true, late), says(true, early)]).expiresAt).toBe(late);
    expect(evacuationState('r', [says(false)]).expiresAt).toBeNull();
  });
});

describe('readEvacuationState()', () => {
  let peer: RegionServer;
  beforeEach(async () => {
    peer = await startRegionServer('p');
  });
  afterEach(() => peer.close());

  const expiresAt = '2026-11-23T10:00:00.000Z';
  const answers: readonly [string, CannedAnswer, ReturnType<typeof says>][] = [
    ['yes with its end', { status: 200, body: { expiresAt } }, says(true, expiresAt)],
    ['yes without one', { status: 200, body: 'null' }, says(true)],
    ['no', { status: 404 }, says(false)],
    ['neither', { status: 503 }, says(null)],
  ];
  it.each(answers)('takes %s from the probe of a peer', async (_, answer, expected) => {
    peer.unsigned = answer;
    const { signal } = new AbortController();
    expect(await readEvacuationState('a b', { peers: [peer], signal })).toMatchObject({
      region: 'a b',
      probes: [expected],
    });
    expect(peer.seen[0]?.url).toBe('/control/evacuations/a~20b');
  });

  it('takes neither from a peer that cannot be reached, and ends when the caller does', async () => {
    await peer.close();
    const { signal } = new AbortController();
    expect(await readEvacuationState('r', { peers: [peer], signal })).toMatchObject({ status: 'unknown' });
    const reason = new Error('gone');
    const gone = readEvacuationState('r', { peers: [peer], signal: AbortSignal.abort(reason) });
    await expect(gone).rejects.toBe(reason);
  });
});
