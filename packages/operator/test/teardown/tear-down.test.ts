import { describe, expect, test } from 'vitest';
import { failureOf, renderReport } from '../../src/teardown/teardown-report.ts';
import { AwsFault } from '../cloud/aws-wire.ts';
import { isMutating } from './fake-aws.ts';
import { openTeardownHarness } from './teardown-harness.ts';

/** Goal: a teardown does what its plan says, in order, and nothing else. Method: the SDK's clients against a world in memory. */

const DEV = { project: 'gsp', stage: 'dev', regions: ['eu-west-1', 'eu-central-1'] } as const;
const TABLE = 'gsp-dev-items';
const LOCK = 'eu-west-1/gsp/dev/deploy-lock';

test('tearDown() takes secondary, replica, primary, table and record away in that order, and gives the lock back', async () => {
  const { aws, wire, run } = await openTeardownHarness();
  aws.deploy({ ...DEV, isRetained: true, isProtected: true, items: ['a'] });
  const report = await run({ stage: 'dev', deleteData: true });
  expect(failureOf(report)).toBeNull();
  expect(report.done.map((step) => [step.kind, step.region])).toEqual([
    ['stack', 'eu-central-1'],
    ['protection', 'eu-west-1'],
    ['protection', 'eu-central-1'],
    ['replica', 'eu-west-1'],
    ['stack', 'eu-west-1'],
    ['stack', 'eu-west-1'],
    ['table', 'eu-west-1'],
    ['parameter', 'eu-west-1'],
  ]);
  expect(aws.roots).toEqual([]);
  expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
  expect([...aws.parameters]).toEqual([]);
  expect(wire.unexpected).toEqual([]);
});

test('tearDown() sends nothing that changes anything when it is a dry run', async () => {
  const { aws, wire, run, printed } = await openTeardownHarness();
  aws.deploy({ ...DEV, isRetained: true, items: ['a'] });
  const report = await run({ stage: 'dev', deleteData: true, isDryRun: true });
  expect(wire.calls.filter(isMutating)).toEqual([]);
  expect(wire.calls.length).toBeGreaterThan(0);
  expect(report.remaining).toEqual(report.plan.steps);
  expect(printed.join('\n')).toContain('Delete the primary stack');
});

describe('tearDown() without --delete-data', () => {
  test('keeps a table that is protected and holds items, and its stack, takes all else away, and calls that done', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true, isProtected: true, items: ['a'] });
    const report = await run({ stage: 'dev' });
    expect(failureOf(report)).toBeNull();
    expect(aws.roots).toEqual(['eu-west-1/gsp-dev-table']);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1', 'eu-central-1']);
    expect(aws.dynamoDb.table('eu-central-1', TABLE)?.isProtected).toBe(true);
    expect(report.plan.kept?.command).toContain('--delete-data');
    expect(report.leftovers?.map(({ arn }) => arn)).toHaveLength(3);
    const said = renderReport(report);
    expect(said).toContain('Nothing else is left.');
    expect(said).toContain("A new deployment of 'dev' goes on with it.");
  });

  test('fails when a table that was to stay is gone all the same', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true, items: ['a'] });
    aws.intercept = ({ action, region }) => {
      if (action === 'DeleteStack' && region === 'eu-west-1') aws.dynamoDb.tablesIn('eu-west-1').clear();
      return undefined;
    };
    expect(failureOf(await run({ stage: 'dev' }))?.message).toContain('was to stay and is gone in eu-west-1');
  });

  test('deletes the kept table when it is run again with it', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true, isProtected: true, items: ['a'] });
    await run({ stage: 'dev' });
    const report = await run({ stage: 'dev', deleteData: true });
    expect(failureOf(report)).toBeNull();
    expect(aws.roots).toEqual([]);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
  });

  test('keeps a table that holds items although it would go with its stack', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, items: ['a'] });
    expect(failureOf(await run({ stage: 'dev' }))).toBeNull();
    expect(aws.roots).toEqual(['eu-west-1/gsp-dev-table']);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1', 'eu-central-1']);
  });

  test('lets a table go that holds nothing but canaries', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    const report = await run({ stage: 'dev' });
    expect(failureOf(report)).toBeNull();
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
  });
});

describe('tearDown() of some regions', () => {
  test('takes one secondary and its replica away, and leaves the rest as it was', async () => {
    const { aws, run, printed } = await openTeardownHarness();
    aws.deploy({ ...DEV, items: ['a'] });
    const report = await run({ stage: 'dev', regions: ['eu-central-1'] });
    expect(failureOf(report)).toBeNull();
    expect(aws.roots).toEqual(['eu-west-1/gsp-dev-table', 'eu-west-1/amplify-dev-backend-standalone-abc123']);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1']);
    expect(aws.parameters.has('eu-west-1/gsp/dev/deployment')).toBe(true);
    expect(printed.join('\n')).toContain('amplify/topology.ts');
  });

  test('refuses the primary while another region stands, with the command to use', async () => {
    const { aws, wire, run } = await openTeardownHarness();
    aws.deploy(DEV);
    const report = await run({ stage: 'dev', regions: ['eu-west-1'] });
    expect(failureOf(report)?.message).toContain('--stage dev --regions eu-central-1');
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });

  test('takes the primary away when it is the last', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    await run({ stage: 'dev', regions: ['eu-central-1'] });
    expect(failureOf(await run({ stage: 'dev', regions: ['eu-west-1'] }))).toBeNull();
    expect(aws.roots).toEqual([]);
  });

  test('keeps a protected replica without --delete-data', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true, isProtected: true });
    const report = await run({ stage: 'dev', regions: ['eu-central-1'] });
    expect(failureOf(report)).toBeNull();
    expect(report.plan.kept?.regions).toEqual(['eu-central-1']);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1', 'eu-central-1']);
  });
});

test('tearDown() touches nothing of another stage', async () => {
  const { aws, run } = await openTeardownHarness();
  aws.deploy(DEV);
  aws.deploy({ ...DEV, stage: 'main', items: ['b'] });
  await run({ stage: 'dev' });
  expect(aws.roots).toHaveLength(3);
  expect(aws.roots.every((root) => /amplify-main|gsp-main-table/.test(root))).toBe(true);
  expect(aws.dynamoDb.regionsOf('gsp-main-items')).toEqual(['eu-west-1', 'eu-central-1']);
  expect([...aws.parameters.keys()]).toEqual(['eu-west-1/gsp/main/deployment']);
});

test('tearDown() deletes another root stack of the stage in us-east-1 before the primary', async () => {
  const { aws, run } = await openTeardownHarness();
  aws.deploy(DEV);
  aws.addStack({
    region: 'us-east-1',
    name: 'edge',
    tags: { project: 'gsp', stage: 'dev', region: 'us-east-1' },
  });
  const report = await run({ stage: 'dev' });
  expect(report.done.flatMap((step) => (step.kind === 'stack' ? [step.part] : []))).toEqual([
    'secondary',
    'edge',
    'primary',
    'table',
  ]);
  expect(aws.roots).toEqual([]);
});

describe('confirmation', () => {
  test('changes nothing when something else is typed', async () => {
    const { aws, wire, run } = await openTeardownHarness();
    aws.deploy(DEV);
    await expect(run({ stage: 'dev', typed: 'main' })).rejects.toThrow(/'main' was typed/);
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });

  test('asks AWS for nothing when --yes-delete names another stage', async () => {
    const { wire, run } = await openTeardownHarness();
    await expect(run({ stage: 'dev', confirmed: 'main' })).rejects.toThrow(/Nothing was changed/);
    expect(wire.calls).toEqual([]);
  });

  test('changes nothing when somebody deployed while the plan was read', async () => {
    const { aws, wire, run } = await openTeardownHarness();
    aws.deploy(DEV);
    aws.intercept = ({ action }) => {
      if (action === 'PutParameter') {
        aws.addStack({ region: 'us-east-1', name: 'edge', tags: { project: 'gsp', stage: 'dev' } });
      }
      return undefined;
    };
    await expect(run({ stage: 'dev' })).rejects.toThrow(/has changed since the plan was shown/);
    expect(wire.calls.some(({ action }) => action === 'DeleteStack')).toBe(false);
    expect(aws.parameters.has(LOCK)).toBe(false);
  });
});

describe('the lock', () => {
  test('keeps a teardown from beginning while somebody deploys, and names them', async () => {
    const { aws, wire, run } = await openTeardownHarness();
    aws.deploy(DEV);
    aws.parameters.set(LOCK, JSON.stringify({ id: '1', by: 'ann@ci', pid: 7, since: 'now' }));
    await expect(run({ stage: 'dev' })).rejects.toThrow(/ann@ci \(process 7, since now\)/);
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });

  test('is held while stacks are deleted, and given back when a step fails', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    let held = false;
    aws.intercept = ({ action }) => {
      if (action !== 'DeleteStack') return undefined;
      held = aws.parameters.has(LOCK);
      return new AwsFault('AccessDenied', 'not allowed', 403);
    };
    const report = await run({ stage: 'dev' });
    expect(held).toBe(true);
    expect(report.failed?.reason).toMatch(/not allowed to/);
    expect(aws.parameters.has(LOCK)).toBe(false);
  });
});

test('tearDown() refuses a stack with termination protection, or one that is being deployed', async () => {
  const { aws, run } = await openTeardownHarness();
  aws.deploy(DEV);
  const root = aws.stacks.find(({ parentId, region }) => parentId === undefined && region === 'eu-central-1');
  if (root === undefined) throw new Error('no stack');
  root.isTerminationProtected = true;
  expect(failureOf(await run({ stage: 'dev' }))?.message).toContain('--no-enable-termination-protection');
  root.isTerminationProtected = false;
  root.status = 'UPDATE_IN_PROGRESS';
  expect(failureOf(await run({ stage: 'dev' }))?.message).toContain('is UPDATE_IN_PROGRESS');
});

test('tearDown() tells of the branch in Amplify when Amplify Hosting made the stack', async () => {
  const { aws, run, printed } = await openTeardownHarness();
  aws.deploy({ ...DEV, stackName: 'amplify-d1abc-dev-branch-0123456789' });
  await run({ stage: 'dev', isDryRun: true });
  expect(printed.join('\n')).toContain('disconnect the branch');
});

test('tearDown() finds a replica in a region that the topology has lost', async () => {
  const { aws, run } = await openTeardownHarness();
  aws.deploy({ ...DEV, regions: ['eu-west-1', 'eu-central-1', 'eu-south-1'] });
  expect(failureOf(await run({ stage: 'dev' }))).toBeNull();
  expect(aws.roots).toEqual([]);
  expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
});
