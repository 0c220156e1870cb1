import { expect, test } from 'vitest';
import { takeLock } from '../../src/cloud/stage-lock.ts';
import { CONNECTION_LOST } from '../cloud/aws-wire.ts';
import { openTeardownHarness } from './teardown-harness.ts';

const KEY = 'eu-west-1/gsp/dev/deploy-lock';
const holder = { id: 'us', by: 'kim@desk', pid: 1, since: '2026-01-01T00:00:00.000Z' };
const lock = {
  target: { project: 'gsp', stage: 'dev', branch: 'dev' },
  purpose: 'tear down',
  holder,
} as const;

test('takeLock() for a teardown holds the stage when the answer to its own write was lost', async () => {
  const { aws, cloud } = await openTeardownHarness();
  aws.intercept = ({ action, input }) => {
    if (action !== 'PutParameter' || aws.parameters.has(KEY)) return undefined;
    aws.parameters.set(KEY, String(input.Value));
    return CONNECTION_LOST;
  };
  const { release } = await takeLock(cloud.region('eu-west-1'), lock);
  expect(aws.parameters.get(KEY)).toContain('kim@desk');
  await release();
  expect(aws.parameters.has(KEY)).toBe(false);
});

test('takeLock() for a teardown gives back nothing that somebody else took over', async () => {
  const { aws, cloud } = await openTeardownHarness();
  const { release } = await takeLock(cloud.region('eu-west-1'), lock);
  aws.parameters.set(KEY, JSON.stringify({ ...holder, id: 'they' }));
  await release();
  expect(aws.parameters.has(KEY)).toBe(true);
});

test.each([
  [
    'names who holds it',
    JSON.stringify({ ...holder, id: 'they' }),
    'kim@desk (process 1, since 2026-01-01T00:00:00.000Z)',
  ],
  ['says so when nobody can be named', 'not JSON', 'somebody unknown'],
])('takeLock() for a teardown %s and how to free a dead lock', async (_, text, named) => {
  const { aws, cloud } = await openTeardownHarness();
  aws.parameters.set(KEY, text);
  const held = takeLock(cloud.region('eu-west-1'), lock);
  await expect(held).rejects.toThrow(named);
  await expect(held).rejects.toThrow(
    'aws ssm delete-parameter --name /gsp/dev/deploy-lock --region eu-west-1',
  );
});
