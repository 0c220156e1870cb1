import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { callApi } from './support/call-api.ts';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** Faults of a region that still runs, by the control API: what a caller notices, and that they outlive the region. */
const [HERE, THERE] = ['eu-west-1', 'eu-central-1'] as const;

/** Longer than any answer of a busy machine takes by itself. */
const SLOW_MS = 2_000;

let twin: TwinProcess;
beforeAll(async () => {
  twin = await startTwinProcess({ args: ['--lag', '0..20', '--no-watch', '--seed', '7'] });
});
beforeEach(() => healTwin(twin));
afterAll(() => twin?.end());

async function fault(body: Record<string, unknown>): Promise<void> {
  const { status, body: answer } = await twin.fault({ region: HERE, ...body });
  if (status !== 200) throw new Error(`the twin refused ${JSON.stringify(body)}: ${answer.detail}`);
}

async function timed(region: string, path: string): Promise<{ status: number; ms: number }> {
  const startedAt = performance.now();
  const { status } = await callApi(twin, region, { path });
  return { status, ms: performance.now() - startedAt };
}

test('a slow region answers late until it is healed, also after it died', async () => {
  await fault({ kind: 'slow', delayMs: SLOW_MS });
  expect(await timed(HERE, '/health/live')).toMatchObject({
    status: 200,
    ms: expect.toSatisfy((ms) => ms >= SLOW_MS),
  });
  expect((await timed(THERE, '/health/live')).ms).toBeLessThan(SLOW_MS);

  await fault({ kind: 'kill' });
  await fault({ kind: 'start' });
  expect((await twin.state()).regions[0]).toMatchObject({ slowMs: SLOW_MS });
  expect((await timed(HERE, '/health/live')).ms).toBeGreaterThanOrEqual(SLOW_MS);
  await fault({ kind: 'heal' });
  expect((await timed(HERE, '/health/live')).ms).toBeLessThan(SLOW_MS);
});

test('a share of the calls fails, and the other region is not concerned', async () => {
  await fault({ kind: 'error', share: 0.5 });
  const statuses = await Promise.all(Array.from({ length: 60 }, () => timed(HERE, '/health/live')));
  const failed = statuses.filter(({ status }) => status === 503).length;
  expect(failed).toBeGreaterThan(10);
  expect(failed).toBeLessThan(50);
  expect((await timed(THERE, '/health/live')).status).toBe(200);
  await fault({ kind: 'error', share: 1 });
  expect((await timed(HERE, '/health/live')).status).toBe(503);
  await fault({ kind: 'heal' });
  expect((await timed(HERE, '/health/live')).status).toBe(200);
});

test('a throttled table fails writes and the health check, says why, and still replicates', async () => {
  await fault({ kind: 'throttle', share: 1 });
  const pk = `throttled-${randomUUID()}`;
  // A function that is just starting may take longer than its table's answer may: then it says timeout, once.
  let told = '';
  const what = () => `throttling to be told, after ${told}`;
  const isRefused = async () => {
    const write = await callApi(twin, HERE, { method: 'POST', path: '/write', body: { pk } });
    told = `${write.status} to a write`;
    return write.status === 429;
  };
  await eventually(isRefused, { what });
  const isSickOfIt = async () => {
    const health = await fetch(`${twin.region(HERE).api}/health`, { signal: AbortSignal.timeout(10_000) });
    told = `${health.status} of /health, ${await health.text()}`;
    return health.status === 503 && told.includes('table-write-throttled');
  };
  await eventually(isSickOfIt, { what });
  expect((await timed(HERE, '/health/live')).status).toBe(200);

  const elsewhere = await callApi(twin, THERE, { method: 'POST', path: '/write', body: { pk } });
  expect(elsewhere.status).toBe(200);
  await fault({ kind: 'heal' });
  const isHere = async () => (await callApi(twin, HERE, { path: `/items/${pk}` })).body.items?.length === 1;
  await eventually(isHere, { what: () => 'the write of the other region' });
});

test('a fault that makes no sense is refused with what would', async () => {
  const refused = await twin.fault({ region: HERE, kind: 'error', share: 2 });
  expect(refused).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('"kind": "error"') },
  });
});
