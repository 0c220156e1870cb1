import { expect, test } from 'vitest';
import { awsTeardownPorts } from '../../src/teardown/teardown-ports.ts';
import { AwsFault, CONNECTION_LOST } from '../cloud/aws-wire.ts';
import { openTeardownHarness } from './teardown-harness.ts';

const TABLE = 'gsp-dev-items';
const THREE = ['eu-west-1', 'eu-central-1', 'eu-north-1'];
const context = { signal: AbortSignal.timeout(60_000), onProgress: () => undefined };
const bounds = { timeoutMs: 5_000, pollMs: 1 };

test('removeReplicas() asks for all of a strongly consistent table, and its witness, in one call', async () => {
  const { aws, wire, cloud } = await openTeardownHarness();
  aws.deploy({ project: 'gsp', stage: 'dev', regions: THREE });
  await awsTeardownPorts(cloud, bounds).removeReplicas(
    {
      kind: 'replica',
      region: 'eu-west-1',
      removed: ['eu-central-1', 'eu-north-1'],
      witnesses: ['eu-west-3'],
      tableName: TABLE,
    },
    context,
  );
  const updates = wire.calls.filter(({ action }) => action === 'UpdateTable');
  expect(updates).toHaveLength(1);
  expect(updates[0]?.input).toEqual({
    TableName: TABLE,
    ReplicaUpdates: [{ Delete: { RegionName: 'eu-central-1' } }, { Delete: { RegionName: 'eu-north-1' } }],
    GlobalTableWitnessUpdates: [{ Delete: { RegionName: 'eu-west-3' } }],
  });
  expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1']);
});

test('deleteTable() asks again when DynamoDB still does something else to the table', async () => {
  const { aws, cloud } = await openTeardownHarness();
  aws.deploy({ project: 'gsp', stage: 'dev', regions: ['eu-west-1'] });
  let refusals = 2;
  aws.intercept = ({ action }) => {
    if (action !== 'DeleteTable' || refusals === 0) return undefined;
    refusals -= 1;
    return new AwsFault('ResourceInUseException', 'in use');
  };
  await awsTeardownPorts(cloud, bounds).deleteTable(
    { kind: 'table', region: 'eu-west-1', tableName: TABLE },
    context,
  );
  expect(refusals).toBe(0);
  expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
});

test('every step is done at once when its thing is gone', async () => {
  const { cloud } = await openTeardownHarness();
  const ports = awsTeardownPorts(cloud, bounds);
  const at = { region: 'eu-west-1', tableName: TABLE };
  await ports.unprotect({ kind: 'protection', ...at }, context);
  await ports.removeReplicas({ kind: 'replica', ...at, removed: ['eu-central-1'], witnesses: [] }, context);
  await ports.deleteTable({ kind: 'table', ...at }, context);
  await ports.deleteParameter(
    { kind: 'parameter', region: 'eu-west-1', name: '/gsp/dev/deployment' },
    context,
  );
});

test('a wait outlasts an AWS that does not answer for a while', async () => {
  const { aws, cloud } = await openTeardownHarness();
  aws.deploy({ project: 'gsp', stage: 'dev', regions: ['eu-west-1'] });
  // One call of the client is up to four attempts.
  let lost = 4;
  aws.intercept = ({ action }) => {
    if (action !== 'DescribeTable' || lost === 0) return undefined;
    lost -= 1;
    return CONNECTION_LOST;
  };
  await awsTeardownPorts(cloud, bounds).deleteTable(
    { kind: 'table', region: 'eu-west-1', tableName: TABLE },
    context,
  );
  expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
}, 30_000);

test('deleteTable() fails when the time is over, and says that AWS goes on', async () => {
  const { aws, cloud } = await openTeardownHarness();
  aws.deploy({ project: 'gsp', stage: 'dev', regions: ['eu-west-1'] });
  aws.intercept = ({ action }) => (action === 'DeleteTable' ? {} : undefined);
  const step = { kind: 'table', region: 'eu-west-1', tableName: TABLE } as const;
  const waiting = awsTeardownPorts(cloud, { timeoutMs: 20, pollMs: 1 }).deleteTable(step, context);
  await expect(waiting).rejects.toThrow(/^Cannot delete the table .*AWS goes on by itself/);
});

test('deleteTable() ends with the reason when it is aborted', async () => {
  const { cloud } = await openTeardownHarness();
  const stop = new AbortController();
  stop.abort(new Error('told to end'));
  const step = { kind: 'table', region: 'eu-west-1', tableName: TABLE } as const;
  const waiting = awsTeardownPorts(cloud, bounds).deleteTable(step, { ...context, signal: stop.signal });
  await expect(waiting).rejects.toThrow('told to end');
});
