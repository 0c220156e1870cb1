import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkReplication } from '../../src/deploy/check-replication.ts';
import { SmokeError, smokeRegion } from '../../src/deploy/smoke-region.ts';
import { type Defect, type Items, type RegionalApi, startRegionalApi } from './regional-api.ts';

const never = new AbortController().signal;
const soon = { signal: never, withinMs: 120, pauseMs: 20 };

let items: Items;
let api: RegionalApi;
let peer: RegionalApi;

beforeEach(async () => {
  items = new Map();
  api = await startRegionalApi('eu-west-1', { items });
  peer = await startRegionalApi('eu-central-1', { items });
  api.revision = 'r2';
});
afterEach(async () => {
  await api.close();
  await peer.close();
});

const smoked = (options = soon) =>
  smokeRegion(api, { revision: 'r2', ...options }).then(
    () => null,
    (error: unknown) => error,
  );

describe('smokeRegion()', () => {
  test('asks for health, liveness, a write, its read and an unknown route, and finds nothing wrong', async () => {
    const answers = await smokeRegion(api, { revision: 'r2', ...soon });
    expect(answers.map(({ check, isGood }) => [check, isGood])).toEqual(
      ['health', 'live', 'write', 'read', 'problem', 'headers', 'region'].map((check) => [check, true]),
    );
    expect(api.requests).toEqual([
      'GET /health',
      'GET /health/live',
      'POST /write',
      `GET /items/deploy-smoke/key-${api.keys[0]}`,
      `GET /no-such-route-${api.keys[0]}`,
    ]);
    expect(api.bodies).toEqual([{ pk: 'deploy-smoke', data: { revision: 'r2' }, ttlSeconds: 300 }]);
  });

  test.each<[Defect, string]>([
    ['unhealthy', 'health'],
    ['wrong-revision', 'live'],
    ['no-revision', 'live'],
    ['write-refused', 'write'],
    ['write-malformed', 'write'],
    ['read-missing', 'read'],
    ['read-other-data', 'read'],
    ['no-security-headers', 'headers'],
    ['weak-csp', 'headers'],
    ['wrong-region', 'region'],
    ['plain-404', 'problem'],
  ])('finds the defect %s', async (defect, check) => {
    api.defects.add(defect);
    const error = await smoked();
    if (!(error instanceof SmokeError)) throw new Error(`Cannot judge ${defect}: it was not found`);
    const failed = error.answers.filter(({ isGood }) => !isGood).map((answer) => answer.check);
    expect(failed).toContain(check);
    // A read cannot succeed where the write did not; nothing else may be accused.
    expect(failed.filter((name) => name !== check && !(check === 'write' && name === 'read'))).toEqual([]);
    expect(error.message).toMatch(new RegExp(`^Cannot call eu-west-1 good: .*${check} \\(`));
  });

  test('finds nothing wrong with a region that an operator has evacuated', async () => {
    api.defects.add('evacuated');
    expect(await smoked()).toBeNull();
  });

  describe('where the edge is the only way in', () => {
    const smokedThrough = () =>
      smokeRegion({ ...api, edge: peer.endpoint }, { revision: 'r2', ...soon }).catch(
        (error: unknown) => error,
      );

    test('asks the region for its health, sees it refuse traffic, and writes and reads through the edge', async () => {
      api.defects.add('edge-only');
      const answers = await smokedThrough();
      expect(answers).toHaveLength(8);
      expect(answers).toSatisfy((all: { isGood: boolean }[]) => all.every(({ isGood }) => isGood));
      expect(api.requests).toEqual(['GET /health', 'GET /health/live', 'GET /openapi.json']);
      expect(peer.requests).toEqual([
        'POST /write',
        `GET /items/deploy-smoke/key-${peer.keys[0]}`,
        `GET /no-such-route-${peer.keys[0]}`,
      ]);
    });

    test('finds a region that answers traffic all the same', async () => {
      const error = await smokedThrough();
      expect(String(error)).toMatch(/fails at door \(GET \/openapi\.json without the edge: 404, 403/);
    });

    test('finds an edge that leads nowhere', async () => {
      api.defects.add('edge-only');
      await peer.close();
      expect(String(await smokedThrough())).toMatch(/fails at write \(fetch failed/);
    });
  });

  test('goes on trying with the same key until a new API answers', async () => {
    api.defects.add('write-refused');
    const done = smoked({ ...soon, withinMs: 10_000 });
    await expect.poll(() => api.keys.length, { timeout: 5_000 }).toBeGreaterThan(1);
    api.defects.clear();
    expect(await done).toBeNull();
    expect(new Set(api.keys).size).toBe(1);
  });

  test('says that there was no answer when nobody listens', async () => {
    await api.close();
    expect(String(await smoked())).toMatch(/health \(fetch failed.*headers \(there was no answer/);
  });

  test('ends at once with the reason when told to end', async () => {
    api.defects.add('hangs');
    const stop = new AbortController();
    const done = smoked({ ...soon, withinMs: 60_000, signal: stop.signal });
    await expect.poll(() => api.requests.length).toBeGreaterThan(0);
    stop.abort(new Error('told to end'));
    expect(String(await done)).toBe('Error: told to end');
  });
});

describe('checkReplication()', () => {
  const options = { signal: never, withinMs: 120, pollMs: 10 };

  test('measures both directions', async () => {
    const lags = await checkReplication(api, { peer, ...options });
    expect(lags.map(({ from, to }) => [from, to])).toEqual([
      ['eu-west-1', 'eu-central-1'],
      ['eu-central-1', 'eu-west-1'],
    ]);
    for (const { lagMs } of lags) expect(lagMs).toBeGreaterThanOrEqual(0);
  });

  test('names the direction that does not replicate', async () => {
    api.defects.add('not-replicating');
    await expect(checkReplication(api, { peer, ...options })).rejects.toThrow(
      /^Cannot see in eu-west-1 what eu-central-1 wrote: not within 0 s \(it answered 404\)/,
    );
  });

  test('names the region that takes no write', async () => {
    peer.defects.add('write-refused');
    await expect(checkReplication(api, { peer, ...options })).rejects.toThrow(
      'eu-central-1 answered a write with 500',
    );
  });

  test('says that there is no answer when the peer is gone', async () => {
    await peer.close();
    await expect(checkReplication(api, { peer, ...options })).rejects.toThrow(
      /in eu-central-1 .*fetch failed/,
    );
  });
});
