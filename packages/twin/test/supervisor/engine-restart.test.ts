import { expect, test } from 'vitest';
import type { TwinRegion } from '../../src/control/twin-region.ts';
import { RESTARTS_MAX } from '../../src/supervisor/supervised-engine.ts';
import type { Twin } from '../../src/supervisor/twin.ts';
import { dynamodb, REGIONS, startTwin, writeAssemblies } from './twin-fixture.ts';

const [WEST] = REGIONS;
const LIMIT = { timeout: 60_000, interval: 50 };
const TEST_LIMIT_MS = 180_000;

async function west(twin: Twin): Promise<TwinRegion> {
  const region = (await twin.state()).regions.find((one) => one.region === WEST);
  if (region === undefined) throw new Error(`there is no ${WEST}`);
  return region;
}

async function killEngine(twin: Twin): Promise<void> {
  const { engine } = (await west(twin)).pids;
  if (engine === null) throw new Error('no engine runs');
  process.kill(engine, 'SIGKILL');
}

test(
  'an engine that ended unasked is started again: nothing acknowledged is lost, and the state says so',
  async () => {
    const notices: string[] = [];
    const { twin } = await startTwin(writeAssemblies({}), { onNotice: (notice) => notices.push(notice) });
    const before = await west(twin);
    expect(before.engineRestarts).toEqual({ count: 0, last: null });
    const acknowledged: string[] = [];
    const writeUntil = async (isDone: () => boolean) => {
      for (let turn = 0; !isDone(); turn += 1) {
        const pk = `restart-${turn}`;
        await dynamodb(twin, WEST, ['PutItem', { Item: { pk: { S: pk } } }]).then(
          () => acknowledged.push(pk),
          // While its engine is away a region says that it does not know.
          () => undefined,
        );
      }
    };
    await writeUntil(() => acknowledged.length > 20);
    await killEngine(twin);
    const count = acknowledged.length;
    await writeUntil(() => acknowledged.length > count + 20);

    await expect.poll(async () => (await west(twin)).engineRestarts.count, LIMIT).toBe(1);
    const after = await west(twin);
    expect(after).toMatchObject({
      status: 'running',
      reason: 'answers; its DynamoDB engine was started again',
      engineRestarts: { last: { at: expect.any(String), reason: expect.stringContaining('(SIGKILL)') } },
    });
    expect(after.pids.region).toBe(before.pids.region);
    expect(after.pids.engine).not.toBe(before.pids.engine);
    expect(notices).toEqual([
      `${WEST} is impaired: its DynamoDB engine ended (SIGKILL) and is being started again`,
      `${WEST} is running: answers; its DynamoDB engine was started again`,
    ]);
    for (const region of REGIONS)
      for (const pk of acknowledged)
        await expect
          .poll(
            async () => (await dynamodb(twin, region, ['GetItem', { Key: { pk: { S: pk } } }])).Item,
            LIMIT,
          )
          .toEqual({ pk: { S: pk } });
  },
  TEST_LIMIT_MS,
);

test(
  'an engine that ends again and again is given up with the remedy, and the remedy works',
  async () => {
    const { twin } = await startTwin(writeAssemblies({}));
    for (let restart = 1; restart <= RESTARTS_MAX; restart += 1) {
      await killEngine(twin);
      await expect
        .poll(async () => {
          const { status, engineRestarts } = await west(twin);
          return `${status} ${engineRestarts.count}`;
        }, LIMIT)
        .toBe(`running ${restart}`);
    }
    await killEngine(twin);
    await expect.poll(async () => (await west(twin)).reason, LIMIT).toMatch(/does not stay up/);
    expect(await west(twin)).toMatchObject({ status: 'impaired', pids: { engine: null } });
    expect((await twin.state()).errors).toEqual([
      expect.stringMatching(/^eu-west-1 is impaired: .*does not stay up/),
    ]);
    await twin.unit(WEST)?.start();
    expect(await west(twin)).toMatchObject({ status: 'running', reason: 'answers' });
    await dynamodb(twin, WEST, ['PutItem', { Item: { pk: { S: 'back' } } }]);
  },
  TEST_LIMIT_MS,
);
