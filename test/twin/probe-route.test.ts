import { loadProject } from '@gsp/operator/project';
import { assembleTwin } from '@gsp/operator/start';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testProject } from '../project/test-project.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * A stranger uses up the routes that anybody may ask how a region is. Route 53 asks another one, so that no region leaves
 * service for it.
 */
const CHANGES = { throttle: { health: { rateLimit: 1, burstLimit: 1 } } };
const TIME_SCALE = 20;

/** Requests of every checker after which a check changes its mind, and one more. */
const ROUNDS = 4;

let twin: TwinProcess;

beforeAll(async () => {
  await assembleTwin(await loadProject(await testProject()), 'main', { changes: CHANGES });
  twin = await startTwinProcess({
    args: ['--changes', JSON.stringify(CHANGES), '--time-scale', String(TIME_SCALE), '--no-watch'],
  });
}, 300_000);
afterAll(() => twin?.end());

const ask = (region: string, path: string) =>
  fetch(`${twin.region(region).api}${path}`, { signal: AbortSignal.timeout(20_000) });

async function checks() {
  return (await twin.state()).route53?.checks ?? [];
}

/** What the checkers of `GET /health/<probe>` were last told, once each has asked after `since`. */
async function toldSince(since: number): Promise<string[]> {
  const limit = { limitMs: 60_000, what: () => 'every checker to have asked again' };
  let told: string[] = [];
  await eventually(async () => {
    const checkers = (await checks())
      .filter(({ target }) => target?.includes('/health'))
      .flatMap((check) => check.checkers);
    told = checkers.map(({ reason }) => reason);
    return checkers.length > 0 && checkers.every(({ checkedAt }) => Date.parse(checkedAt ?? '') > since);
  }, limit);
  return told;
}

/** Asks three at a time, so that a busy machine has time for its checkers, until it is told to stop. */
async function flood(region: string, over: AbortSignal): Promise<Set<number>> {
  const statuses = new Set<number>();
  while (!over.aborted || !statuses.has(429)) {
    const answers = await Promise.all([1, 2, 3].map(() => ask(region, '/health')));
    for (const { status } of answers) statuses.add(status);
  }
  return statuses;
}

test('a stranger who uses up GET /health is refused, and no checker of Route 53 is', async () => {
  const regions = twin.ready.regions.map(({ region }) => region);
  const over = new AbortController();
  const floods = regions.map((region) => flood(region, over.signal));
  const told: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) told.push(...(await toldSince(Date.now())));
  over.abort();
  for (const statuses of await Promise.all(floods)) expect(statuses).toContain(429);
  expect(told.length).toBeGreaterThanOrEqual(ROUNDS * regions.length * 3);
  expect(told.filter((reason) => reason === 'HTTP 429')).toEqual([]);
  expect(told).toContain('HTTP 200');
}, 240_000);

test('what Route 53 asks answers as GET /health does', async () => {
  for (const { region, api } of twin.ready.regions) {
    const target = (await checks())
      .flatMap((check) => check.target ?? [])
      .find((each) => each.includes(`//${region}.`) && each.includes('/health'));
    const path = new URL(target ?? api).pathname;
    expect(path).toMatch(/^\/health\/[0-9a-f-]{36}$/);
    const answer = await ask(region, path);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ ok: true, region }),
    ]);
  }
});
