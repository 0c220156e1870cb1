import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { isComplete, isSettled } from '../../src/cloud/backend-stack.ts';
import { awaitSettled, findBackendStack, findTableStack } from '../../src/cloud/find-backend-stack.ts';
import { AwsFault, CONNECTION_LOST } from './aws-wire.ts';
import { FIXTURE_TIME, stackFixture } from './stack-fixture.ts';
import { wiredCloud } from './wired-cloud.ts';

const SITE = { project: 'gsp', stage: 'main' };
const own = stackFixture({ region: 'eu-west-1', revision: 'abc', endpoint: 'https://api.test/' });

test('findBackendStack() finds the root stack by its tags, on whichever page it is', async () => {
  const nested = { ...own, StackName: 'nested', ParentId: 'arn', RootId: 'arn' };
  const deleted = { ...own, StackName: 'deleted', StackStatus: 'DELETE_COMPLETE' as const };
  const other = stackFixture({ region: 'eu-west-1', stage: 'dev' });
  const { cloud } = await wiredCloud(({ input }) =>
    input.NextToken ? { Stacks: [own] } : { Stacks: [nested, deleted, other], NextToken: '2' },
  );
  expect(await findBackendStack(cloud.region('eu-west-1'), SITE)).toEqual({
    region: 'eu-west-1',
    stackName: own.StackName,
    stackId: own.StackId,
    status: 'CREATE_COMPLETE',
    statusReason: null,
    createdAtMs: FIXTURE_TIME.getTime(),
    updatedAtMs: FIXTURE_TIME.getTime(),
    customOutputs: own.Outputs?.[0]?.OutputValue,
    revision: 'abc',
    apiEndpoint: 'https://api.test',
    role: 'primary',
    terminationProtection: false,
    tags: { project: 'gsp', stage: 'main', region: 'eu-west-1' },
  });
});

test('findBackendStack() tells of the edge where it is the only way in', async () => {
  const behind = stackFixture({ region: 'eu-west-1', edgeName: 'edge.api.example.com' });
  const { cloud } = await wiredCloud(() => ({ Stacks: [behind] }));
  expect(await findBackendStack(cloud.region('eu-west-1'), SITE)).toMatchObject({
    apiEndpoint: 'https://eu-west-1.test',
    edgeEndpoint: 'https://edge.api.example.com',
  });
});

test('findBackendStack() gives null where no stack has the tags of that region', async () => {
  const { cloud } = await wiredCloud(() => ({ Stacks: [own] }));
  expect(await findBackendStack(cloud.region('eu-central-1'), SITE)).toBeNull();
});

test('findBackendStack() finds a stack whose outputs say nothing, as one that failed while it was made', async () => {
  for (const Outputs of [[], [{ OutputKey: 'customOutputs', OutputValue: 'no json' }]]) {
    const { cloud } = await wiredCloud(() => ({
      Stacks: [{ ...own, StackStatus: 'ROLLBACK_COMPLETE', Outputs }],
    }));
    expect(await findBackendStack(cloud.region('eu-west-1'), SITE)).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      revision: null,
      apiEndpoint: null,
      role: null,
    });
  }
});

test('findBackendStack() leaves out the stacks of the table and of the edge, which have the same tags', async () => {
  const own = stackFixture({ region: 'us-east-1' });
  const beside = ['gsp-main-table', 'gsp-main-edge'].map((StackName) => ({ ...own, StackName, Outputs: [] }));
  const { cloud } = await wiredCloud(() => ({ Stacks: [...beside, own] }));
  expect((await findBackendStack(cloud.region('us-east-1'), SITE))?.stackName).toBe(own.StackName);
});

test('findTableStack() asks for the stack by its computed name', async () => {
  const table = { ...own, StackName: 'gsp-main-table', Outputs: [] };
  const { cloud, wire } = await wiredCloud(() => ({ Stacks: [table] }));
  expect((await findTableStack(cloud.region('eu-west-1'), SITE))?.stackName).toBe('gsp-main-table');
  expect(wire.calls.map(({ input }) => input.StackName)).toEqual(['gsp-main-table']);
});

test('findBackendStack() names all stacks when two have the tags', async () => {
  const { cloud } = await wiredCloud(() => ({ Stacks: [own, { ...own, StackName: 'second' }] }));
  await expect(findBackendStack(cloud.region('eu-west-1'), SITE)).rejects.toThrow(
    `Cannot find the stack of 'gsp-main' in eu-west-1: ${own.StackName}, second have its tags, one stack is needed.`,
  );
});

test('isSettled() and isComplete() tell CloudFormation’s statuses apart', () => {
  const settled = ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'];
  const busy = ['CREATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];
  expect(settled.filter(isSettled)).toEqual(settled);
  expect(busy.filter(isSettled)).toEqual([]);
  expect([...settled, ...busy].filter(isComplete)).toEqual(['CREATE_COMPLETE']);
  expect(['UPDATE_COMPLETE', 'IMPORT_COMPLETE'].every(isComplete)).toBe(true);
});

const STACK_ID = String(own.StackId);

function event(id: string, status: StackEvent['ResourceStatus'], resource = STACK_ID): StackEvent {
  return {
    EventId: id,
    StackId: STACK_ID,
    StackName: String(own.StackName),
    Timestamp: FIXTURE_TIME,
    PhysicalResourceId: resource,
    ...(status && { ResourceStatus: status }),
  };
}

test('awaitSettled() waits for the end, and tells each event of this operation once, oldest first', async () => {
  const before = [event('2', 'CREATE_COMPLETE'), event('1', 'CREATE_IN_PROGRESS')];
  const begun = [event('3', 'UPDATE_IN_PROGRESS'), ...before];
  const done = [event('5', 'UPDATE_COMPLETE'), event('4', 'UPDATE_COMPLETE', 'function'), ...begun];
  let polls = 0;
  const { cloud } = await wiredCloud(({ action }) => {
    if (action === 'DescribeStacks') polls += 1;
    const isDone = polls > 2;
    if (action === 'DescribeStackEvents') return { StackEvents: isDone ? done : begun };
    return { Stacks: [{ ...own, StackStatus: isDone ? 'UPDATE_COMPLETE' : 'UPDATE_IN_PROGRESS' }] };
  });
  const told: unknown[] = [];
  const stack = await awaitSettled(cloud.region('eu-west-1'), STACK_ID, {
    timeoutMs: 5_000,
    pollMs: 1,
    onEvent: ({ EventId }) => told.push(EventId),
  });
  expect(stack?.status).toBe('UPDATE_COMPLETE');
  expect(told).toEqual(['3', '4', '5']);
});

test('awaitSettled() gives null when the stack is gone, by status or by AWS’s refusal', async () => {
  for (const gone of [
    { Stacks: [{ ...own, StackStatus: 'DELETE_COMPLETE' }] },
    new AwsFault('ValidationError', `Stack with id ${STACK_ID} does not exist`),
  ]) {
    const { cloud } = await wiredCloud(() => gone);
    const waiting = awaitSettled(cloud.region('eu-west-1'), STACK_ID, {
      timeoutMs: 5_000,
      onEvent: () => {},
    });
    expect(await waiting).toBeNull();
  }
});

test('awaitSettled() waits on while AWS does not answer', async () => {
  let calls = 0;
  const { cloud } = await wiredCloud(() => {
    calls += 1;
    // All attempts of the first call are lost.
    return calls <= 4 ? CONNECTION_LOST : { Stacks: [own] };
  });
  const stack = await awaitSettled(cloud.region('eu-west-1'), STACK_ID, { timeoutMs: 10_000, pollMs: 1 });
  expect(stack?.status).toBe('CREATE_COMPLETE');
  expect(calls).toBe(5);
});

test('awaitSettled() fails when time is up, when it is refused, and when it is told to stop', async () => {
  const { cloud } = await wiredCloud(() => ({ Stacks: [{ ...own, StackStatus: 'CREATE_IN_PROGRESS' }] }));
  const clients = cloud.region('eu-west-1');
  await expect(awaitSettled(clients, STACK_ID, { timeoutMs: 20, pollMs: 5 })).rejects.toThrow(
    `Cannot wait for the stack ${own.StackName} in eu-west-1: it is still CREATE_IN_PROGRESS after 0.02 s`,
  );
  const signal = AbortSignal.abort(new Error('told to stop'));
  await expect(awaitSettled(clients, STACK_ID, { timeoutMs: 5_000, signal })).rejects.toThrow('told to stop');
  const denied = await wiredCloud(() => new AwsFault('AccessDenied', 'not you', 403));
  await expect(
    awaitSettled(denied.cloud.region('eu-west-1'), STACK_ID, { timeoutMs: 5_000 }),
  ).rejects.toMatchObject({ reason: 'denied' });
});
