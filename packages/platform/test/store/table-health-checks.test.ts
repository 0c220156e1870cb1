// Goal: the canary proves that the replica is read and written, at the price of one replicated write a second, however many
// execution environments a region has. Method: many of them over one engine and one clock, in step and out of step.
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { canaryPk, createTableHealthChecks } from '../../src/store/table-health-checks.ts';
import { canaryPartitionKey } from '../../src/topology/names.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { type OpenTable, openTable } from './open-table.ts';

const timeouts = { attemptsMax: 1, connectTimeoutMs: 1, attemptTimeoutMs: 1 };
const Key = { pk: 'sys#health#eu-west-1', sk: 'canary' };
const unaborted = () => new AbortController().signal;

type Checks = ReturnType<typeof createTableHealthChecks>;

/** Both, as a monitor runs them. */
const runBoth = (checks: Checks) =>
  Promise.all([checks['table-write'](unaborted()), checks['table-read'](unaborted())]);

describe('canaryPk()', () => {
  it('is the one key that the function’s role may touch', () => {
    expect(canaryPk('eu-west-1')).toBe(canaryPartitionKey('eu-west-1'));
  });
});

describe('createTableHealthChecks()', () => {
  const aws = mockClient(DynamoDBDocumentClient);
  const clock = manualClock();
  const client = createTableClient({ region: 'eu-west-1', ...timeouts });
  const checks = createTableHealthChecks({ client, tableName: 'items', region: 'eu-west-1', clock });
  afterEach(() => {
    aws.reset();
  });
  afterAll(() => {
    aws.restore();
  });

  it('reads the region’s canary once, consistently, and writes it when nobody has', async () => {
    aws.onAnyCommand().resolves({});
    await runBoth(checks);
    expect(aws.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'items',
      Item: { ...Key, checkedAtMs: clock.nowMs() },
    });
    const reads = aws.commandCalls(GetCommand).map(({ args }) => args[0].input);
    expect(reads).toStrictEqual([{ TableName: 'items', Key, ConsistentRead: true }]);
  });

  it.each([
    ['999 ms old', -999, 0],
    ['1 s old', -1_000, 1],
    ['of the future, as after a clock that stepped back', 1, 1],
  ])('with a canary %s', async (_, offsetMs, writes) => {
    aws.on(GetCommand).resolves({ Item: { ...Key, checkedAtMs: clock.nowMs() + offsetMs } });
    aws.on(PutCommand).resolves({});
    await runBoth(checks);
    expect(aws.commandCalls(PutCommand)).toHaveLength(writes);
  });

  it.each(['table-write', 'table-read'] as const)('%s fails in the platform’s terms', async (name) => {
    aws.onAnyCommand().rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(checks[name](unaborted())).rejects.toMatchObject({ code: 'table-throttled' });
  });

  it('finds out whether the replica takes writes although it cannot be read', async () => {
    aws.on(GetCommand).rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    aws.on(PutCommand).resolves({});
    await expect(checks['table-write'](unaborted())).resolves.toBeUndefined();
    expect(aws.commandCalls(PutCommand)).toHaveLength(1);
  });
});

describe('createTableHealthChecks() of many environments', () => {
  let table: OpenTable;
  beforeAll(async () => {
    table = await openTable();
  });
  afterAll(() => table.close());

  const ENVIRONMENTS = 30;
  const ROUNDS = 12;

  /** Runs every environment once a second, the nth `phaseMs(n)` into it, and counts what the table was asked to write. */
  async function written(phaseMs: (n: number) => number): Promise<{ asked: number; made: number }> {
    const { client, tableName } = table;
    const clock = manualClock();
    const counts = { asked: 0, made: 0 };
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const isWrite = context.commandName === 'PutItemCommand';
        if (isWrite) counts.asked += 1;
        const answer = await next(args);
        if (isWrite) counts.made += 1;
        return answer;
      },
      { step: 'initialize', name: 'count' },
    );
    const region = `region-${phaseMs(1)}`;
    const environments = Array.from({ length: ENVIRONMENTS }, (_, n) => ({
      phaseMs: phaseMs(n),
      checks: createTableHealthChecks({ client, tableName, region, clock }),
    }));
    const phases = [...new Set(environments.map((environment) => environment.phaseMs))];
    const startMs = clock.nowMs();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const atMs of phases) {
        clock.step(startMs + round * 1_000 + atMs);
        const together = environments.filter((environment) => environment.phaseMs === atMs);
        await Promise.all(together.map(({ checks }) => runBoth(checks)));
      }
    }
    client.middlewareStack.remove('count');
    return counts;
  }

  it('makes one write a second where all of them ask at once', async () => {
    expect((await written(() => 0)).made).toBe(ROUNDS);
  });

  it('asks for one write a second where they ask one after the other', async () => {
    const counts = await written((n) => n * 30);
    expect(counts.made).toBeGreaterThan(ROUNDS / 2);
    expect(counts.asked).toBe(counts.made);
    expect(counts.made).toBeLessThanOrEqual(ROUNDS);
  });
});
