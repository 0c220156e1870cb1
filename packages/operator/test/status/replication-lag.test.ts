import { expect, test } from 'vitest';
import { probeLag } from '../../src/status/replication-lag.ts';
import { type ApiAnswer, type ApiRequest, regionalApi } from './regional-api.ts';

/** Two regions that share their items after a number of reads, as replication would after a while. */
interface Shared {
  readonly items: Map<string, unknown>;
  readonly deleted: string[];
}

const NOT_FOUND = {
  type: 'about:blank',
  title: 'No item',
  status: 404,
  code: 'item-not-found',
  detail: 'There is no such item',
  retryable: false,
  correlationId: 'c',
  region: 'r',
};

function target(region: string, { items, deleted }: Shared, lateReads: number) {
  let reads = 0;
  return ({ method, path, body }: ApiRequest): ApiAnswer => {
    if (method === 'POST' && path === '/write') {
      const sk = `from-${region}`;
      const at = new Date().toISOString();
      const item = {
        pk: 'status-probe',
        sk,
        data: body,
        region,
        createdAt: at,
        updatedAt: at,
        expiresAt: at,
        version: { [region]: 1 },
      };
      items.set(sk, item);
      return [200, { ok: true, region, item }];
    }
    const sk = path.split('/').at(-1) ?? '';
    if (method === 'DELETE') {
      deleted.push(sk);
      return [200, { ok: true, region }];
    }
    reads += 1;
    const item = reads > lateReads ? items.get(sk) : undefined;
    return item === undefined ? [404, NOT_FOUND] : [200, { ok: true, region, item }];
  };
}

async function regions(lateReads: number, shared: Shared) {
  const made = ['west', 'central'].map(async (region) => ({
    region,
    apiName: region,
    endpoint: await regionalApi(target(region, shared, lateReads)),
  }));
  return Promise.all(made);
}

test('probeLag() measures until a write is seen in the other region, and deletes it', async () => {
  const shared: Shared = { items: new Map(), deleted: [] };
  const lag = await probeLag(await regions(2, shared));
  for (const [from, to] of [
    ['west', 'central'],
    ['central', 'west'],
  ] as const) {
    expect(lag.get(from)).toEqual([{ to, lagMs: expect.any(Number), source: 'probe', reason: null }]);
    // Two looks in vain, and the pause after each.
    expect(lag.get(from)?.[0]?.lagMs).toBeGreaterThanOrEqual(90);
  }
  expect(shared.deleted.sort()).toEqual(['from-central', 'from-west']);
});

test('probeLag() gives up a write that is never seen, and deletes it all the same', async () => {
  const shared: Shared = { items: new Map(), deleted: [] };
  const lag = await probeLag(await regions(Number.POSITIVE_INFINITY, shared), { limitMs: 200 });
  // On a machine that is late the last look may have had no answer.
  const reason = expect.stringMatching(/^not seen within 0\.2 s \(.+\)$/);
  expect(lag.get('west')).toEqual([{ to: 'central', lagMs: null, source: 'probe', reason }]);
  expect(shared.deleted).toHaveLength(2);
});

test('probeLag() says that a region takes no write, or cannot be read', async () => {
  const shared: Shared = { items: new Map(), deleted: [] };
  const [west] = await regions(0, shared);
  if (west === undefined) throw new Error('No region');
  const gone = { region: 'gone', apiName: 'gone', endpoint: 'http://127.0.0.1:9' };
  const lag = await probeLag([west, gone], { limitMs: 300 });
  expect(lag.get('gone')).toEqual([
    { to: 'west', lagMs: null, source: 'probe', reason: expect.stringContaining('gone takes no write') },
  ]);
  expect(lag.get('west')?.[0]?.reason).toMatch(/^not seen within 0\.3 s \(.+\)$/);
});

test('probeLag() has nothing to measure in a single region', async () => {
  expect((await probeLag([{ region: 'a', apiName: 'a', endpoint: 'http://127.0.0.1:9' }])).size).toBe(0);
});
