import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataKeys } from '../src/data/data-keys.ts';
import type { ObservedConflict } from '../src/judge/history.ts';
import { settle } from '../src/settle.ts';
import type { Progress } from '../src/target-twin.ts';
import { C, conflict, history, image, put, W } from './judge/history-fixture.ts';

/**
 * A write of each region, of which one was lost, and a consumer that enters it into the conflict log only after a
 * wait: what a drill once called a write without a trace.
 */
const keys = dataKeys('p', [W, C]);
const pk = keys.hot[0]?.pk ?? '';
const at = <T extends object>(thing: T): T => ({ ...thing, pk });
const [lost, won] = [at(image(W, { [W]: 20 }, 'lost')), at(image(C, { [C]: 30 }, 'won'))];
const placed = (attempt: ReturnType<typeof put>) => ({
  ...attempt,
  operation: { ...attempt.operation, pk } as typeof attempt.operation,
});
const seen = history([placed(put(lost)), placed(put(won, { client: 'bob' }))]);

/** Real requests, played time: every pause moves the clock on by much, and no test waits. */
const PAUSE_MS = 10_000;
let nowMs = 0;
let conflicts: ObservedConflict[] = [];
const sleep = async () => {
  nowMs += PAUSE_MS;
};
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const isOurs = pathname === `/items/${pk}` || searchParams.get('pk') === pk;
  if (pathname.startsWith('/counters')) response.end(JSON.stringify({ value: 0 }));
  else if (pathname.startsWith('/items')) response.end(JSON.stringify({ items: isOurs ? [won] : [] }));
  else response.end(JSON.stringify({ conflicts: isOurs || !searchParams.has('pk') ? conflicts : [] }));
});
const dispatcher = new Agent();

beforeEach(async () => {
  [nowMs, conflicts] = [0, []];
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function settled(progress: () => Progress | undefined) {
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const regions = [W, C].map((region) => ({ region, api }));
  const run = { dispatcher, signal: new AbortController().signal, nowMs: () => nowMs, sleep };
  const twin = { regions, progress: async () => progress() };
  return settle(run, { twin, keys, clients: [], history: seen });
}

const enterLoss = () => {
  conflicts = [conflict(lost, won)];
};
const noneGivenUp = { [W]: 0, [C]: 0 };

describe('settle', () => {
  test('settle() waits for a consumer that repeats its batch, however long that takes', async () => {
    const progress = () => {
      if (nowMs > 120_000) enterLoss();
      return { pending: conflicts.length === 0 ? ['1 change for conflicts'] : [], givenUp: noneGivenUp };
    };
    expect((await settled(progress)).verdict.losses).toEqual([]);
    expect(nowMs).toBeGreaterThan(120_000);
  });

  test('settle() calls a loss a loss once nothing is left to follow up', async () => {
    const { verdict } = await settled(() => ({ pending: [], givenUp: noneGivenUp }));
    expect(verdict.losses).toHaveLength(1);
  });

  test('settle() says what is left to do when its limit is reached, and does not judge', async () => {
    const pending = ['3 changes of eu-west-1 for conflicts, whose last attempt failed (no table)'];
    await expect(settled(() => ({ pending, givenUp: noneGivenUp }))).rejects.toThrow(
      /^Cannot judge: 3 changes of eu-west-1 for conflicts, whose last attempt failed \(no table\), 300 s after/,
    );
  });

  test('settle() tells a batch that was given up from a loss', async () => {
    const { verdict } = await settled(() => ({ pending: [], givenUp: { ...noneGivenUp, [W]: 1 } }));
    expect(verdict.losses).toEqual([]);
    expect(verdict['follow-up']).toEqual([
      {
        subject: W,
        detail: expect.stringMatching(/^the consumer of the stream of eu-west-1 gave up 1 batches/),
      },
    ]);
  });

  test('settle() gives what is found wrong time where nobody tells what is left', async () => {
    const progress = () => {
      if (nowMs > 1.5 * PAUSE_MS) enterLoss();
      return undefined;
    };
    expect((await settled(progress)).verdict.losses).toEqual([]);
    conflicts = [];
    expect((await settled(() => undefined)).verdict.losses).toHaveLength(1);
  });
});
