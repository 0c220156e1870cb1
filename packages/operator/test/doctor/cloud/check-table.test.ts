import type { TopologyInput } from '@gsp/platform/topology';
import { describe, expect, test } from 'vitest';
import { type AwsCall, AwsFault } from '../../cloud/aws-wire.ts';
import { findings, inRegion, of } from '../examined-account.ts';
import { type Answers, stackOf } from '../wired-account.ts';

describe('table', () => {
  const stacks = {
    'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'CREATE_COMPLETE')] }),
  };
  const indexes = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ IndexName: `gsi${index + 1}`, IndexStatus: 'ACTIVE' }));
  const table = (replicas: readonly string[], more: Record<string, unknown> = {}) => ({
    'dynamodb.DescribeTable': {
      Table: {
        TableName: 'shop-main-items',
        TableStatus: 'ACTIVE',
        GlobalSecondaryIndexes: indexes(5),
        Replicas: replicas.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
        ...more,
      },
    },
  });
  const deployed = (answers: Answers, topology: Partial<TopologyInput> = {}) =>
    findings({ ...stacks, ...answers }, { topology });
  const three = {
    regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
    routing: { policy: 'latency' as const },
  };

  test('examineCloud() is content when the replicas are as in the topology', async () => {
    const all = await deployed(table(['eu-central-1']));
    expect(of('table', all)).toMatchObject([
      { level: 'ok', what: expect.stringContaining('as in the topology') },
    ]);
  });

  test('examineCloud() does not count the primary twice when DynamoDB lists it among the replicas', async () => {
    const all = await deployed(table(['eu-west-1', 'eu-central-1']));
    expect(of('table', all)).toMatchObject([{ level: 'ok' }]);
  });

  test('examineCloud() notes a replica that the next deploy adds', async () => {
    const all = await deployed(table(['eu-central-1']), three);
    expect(of('table', all)).toMatchObject([
      { level: 'note', what: expect.stringContaining('add eu-west-3') },
    ]);
  });

  test('examineCloud() warns of a replica that the next deploy removes, and of the 24 hours', async () => {
    const all = await deployed(table(['eu-central-1', 'eu-west-3']));
    expect(of('table', all)).toMatchObject([
      {
        level: 'warning',
        what: expect.stringContaining('remove eu-west-3'),
        why: expect.stringContaining('24 hours'),
      },
    ]);
  });

  test('examineCloud() is a fault with the order of steps when two replicas would change at once', async () => {
    const all = await deployed(table(['us-east-1']), {});
    expect(of('table', all)).toMatchObject([
      {
        level: 'fault',
        what: '2 replicas would change at once: add eu-central-1, remove us-east-1',
        remedy: expect.stringContaining('add eu-central-1, then remove us-east-1'),
      },
    ]);
  });

  test.each([
    [
      'a replica is being made',
      ['eu-central-1'],
      { Replicas: [{ RegionName: 'eu-central-1', ReplicaStatus: 'CREATING' }] },
    ],
    ['the table is being updated', ['eu-central-1'], { TableStatus: 'UPDATING' }],
  ])('examineCloud() is a fault while %s', async (_, replicas, more) => {
    const all = await deployed(table(replicas, more));
    expect(of('table', all)).toMatchObject([{ level: 'fault', remedy: expect.stringContaining('ACTIVE') }]);
  });

  test('examineCloud() warns of a table that changes when its own stack is what changes it', async () => {
    const all = await findings({
      'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'UPDATE_IN_PROGRESS')] }),
      ...table(['eu-central-1'], { TableStatus: 'UPDATING' }),
    });
    expect(of('table', all)).toMatchObject([{ level: 'warning', what: expect.stringContaining('UPDATING') }]);
  });

  test('examineCloud() is content with a table that was made before the first deployment failed', async () => {
    const all = await findings({
      'cloudformation.DescribeStacks': (call: AwsCall) => {
        const isTable = call.input.StackName === 'shop-main-table';
        return { Stacks: [stackOf(call, isTable ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE')] };
      },
      ...table(['eu-central-1']),
    });
    expect(of('table', all)).toMatchObject([{ level: 'ok' }]);
  });

  test('examineCloud() is a fault when the stack that had the table was taken back and the table was not', async () => {
    const all = await findings({
      'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'ROLLBACK_COMPLETE')] }),
      ...table(['eu-central-1']),
    });
    expect(of('table', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('belongs to no stack') },
    ]);
  });

  test.each([
    [4, 'note', 'The next deploy adds the index gsi5'],
    [6, 'warning', 'The next deploy removes the index gsi6'],
    [3, 'fault', '2 indexes of the table would change at once: gsi4, gsi5'],
    [7, 'fault', '2 indexes of the table would change at once: gsi6, gsi7'],
  ])(
    'examineCloud() tells that a table with %i indexes gets the pool of five',
    async (count, level, what) => {
      const all = await deployed(table(['eu-central-1'], { GlobalSecondaryIndexes: indexes(count) }));
      expect(of('table', all)).toMatchObject([{ level: 'ok' }, { level, what }]);
    },
  );

  test('examineCloud() is a fault when an index and a replica would change together', async () => {
    const all = await deployed(table([], { GlobalSecondaryIndexes: indexes(4) }));
    expect(of('table', all)).toMatchObject([
      { level: 'note' },
      {
        level: 'fault',
        what: 'An index (gsi5) and a replica (eu-central-1) of the table would change together',
      },
    ]);
  });

  test('examineCloud() is a fault when the topology wants another consistency than the table has', async () => {
    const all = await deployed(table(['eu-central-1'], { MultiRegionConsistency: 'STRONG' }));
    expect(of('table', all)).toMatchObject([{ level: 'fault', what: expect.stringContaining("'strong'") }]);
  });

  test('examineCloud() is a fault when a table of that name is in no stack of the stage', async () => {
    const all = await findings(table([]));
    expect(of('table', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('eu-west-1: a table shop-main-items exists') },
    ]);
  });

  test('examineCloud() is a fault when a table of that name is where a replica shall be', async () => {
    const there = table([])['dynamodb.DescribeTable'];
    const none = new AwsFault('ResourceNotFoundException', 'none');
    const all = await findings({ 'dynamodb.DescribeTable': inRegion('eu-central-1', there, none) });
    expect(of('table', all)).toMatchObject([
      {
        level: 'fault',
        what: expect.stringContaining('eu-central-1: a table'),
        remedy: expect.stringContaining('--region eu-central-1'),
      },
    ]);
  });
});
