import { expect, onTestFinished, test } from 'vitest';
import type { EngineProcess } from '../../src/dynamodb/engine/engine-process.ts';
import { RESTART_WINDOW_MS, RESTARTS_MAX, SupervisedEngine } from '../../src/supervisor/supervised-engine.ts';

interface FakeEngine extends EngineProcess {
  end(signal: NodeJS.Signals): void;
}

/** Engines of no process, which end when the test says so; `refuse` makes starts fail. */
async function superviseFakes() {
  const engines: FakeEngine[] = [];
  const told: string[] = [];
  const fake = { nowMs: 0, refusals: 0 };
  const start = async (): Promise<EngineProcess> => {
    if (fake.refusals > 0) {
      fake.refusals -= 1;
      throw new Error('the address is in use');
    }
    let end: (signal: NodeJS.Signals) => void = () => undefined;
    const exited = new Promise<{ code: null; signal: NodeJS.Signals }>((resolve) => {
      end = (signal) => resolve({ code: null, signal });
    });
    const engine = { pid: 1_000 + engines.length, url: 'http://engine', exited, kill: end, end };
    engines.push(engine);
    return engine;
  };
  const supervised = await SupervisedEngine.start({
    start,
    onEnded: (reason) => void told.push(`ended: ${reason}`),
    onRestarted: ({ pid }) => void told.push(`restarted: ${pid}`),
    onGivenUp: (reason) => void told.push(`given up: ${reason}`),
    clock: () => fake.nowMs,
  });
  onTestFinished(() => supervised.end('SIGKILL'));
  return { engines, told, fake, supervised };
}

const LIMIT = { timeout: 20_000 };

test('an engine that ended unasked is started again, and said to be', async () => {
  const { engines, told, supervised } = await superviseFakes();
  engines[0]?.end('SIGSEGV');
  await expect.poll(() => told, LIMIT).toHaveLength(2);
  expect(told).toEqual([
    'ended: its DynamoDB engine ended (SIGSEGV) and is being started again',
    'restarted: 1001',
  ]);
  expect(supervised).toMatchObject({ isUp: true, pid: 1_001 });
});

test('one that cannot be started at once is tried again', async () => {
  const { engines, told, fake } = await superviseFakes();
  fake.refusals = 2;
  engines[0]?.end('SIGKILL');
  await expect.poll(() => told.at(-1), LIMIT).toBe('restarted: 1001');
});

test('one that ends again and again is given up, with the remedy; a while later it would not have been', async () => {
  const { engines, told, fake, supervised } = await superviseFakes();
  const endLast = async () => {
    const count = told.length;
    engines.at(-1)?.end('SIGABRT');
    await expect.poll(() => told.length, LIMIT).toBe(count + 2);
  };
  for (let restart = 0; restart < RESTARTS_MAX; restart += 1) await endLast();
  fake.nowMs += RESTART_WINDOW_MS;
  await endLast();
  expect(told.at(-1)).toMatch('restarted');
  for (let restart = 1; restart <= RESTARTS_MAX; restart += 1) await endLast();
  expect(told.at(-1)).toMatch(
    /^given up: its DynamoDB engine does not stay up: started again 5 times within 10 minutes \(at last: SIGABRT\)\. Start/,
  );
  expect(supervised.isUp).toBe(false);
});

test('one that cannot be started at all is given up with the reason', async () => {
  const { engines, told, fake } = await superviseFakes();
  fake.refusals = RESTARTS_MAX + 1;
  engines[0]?.end('SIGKILL');
  await expect.poll(() => told.at(-1), LIMIT).toMatch(/^given up: .*the address is in use/);
});

test('one that was told to end stays ended, also while it is being started again', async () => {
  const { engines, told, fake, supervised } = await superviseFakes();
  fake.refusals = RESTARTS_MAX;
  engines[0]?.end('SIGKILL');
  await expect.poll(() => told, LIMIT).toHaveLength(1);
  await supervised.end('SIGKILL');
  expect(told).toHaveLength(1);
  expect(engines).toHaveLength(1);
});

test('one that is told to end is not said to have ended', async () => {
  const { told, supervised } = await superviseFakes();
  await supervised.end('SIGTERM');
  expect(told).toEqual([]);
});
