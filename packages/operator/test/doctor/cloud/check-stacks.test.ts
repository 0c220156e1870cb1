import { describe, expect, test } from 'vitest';
import type { AwsCall } from '../../cloud/aws-wire.ts';
import { findings, of, text } from '../examined-account.ts';
import { stackOf } from '../wired-account.ts';

describe('stacks', () => {
  test.each([
    ['CREATE_COMPLETE', 'ok', /is CREATE_COMPLETE/],
    ['UPDATE_ROLLBACK_COMPLETE', 'note', /was taken back/],
    ['REVIEW_IN_PROGRESS', 'note', /change set/],
    ['UPDATE_IN_PROGRESS', 'warning', /wait until it is done/],
    ['ROLLBACK_COMPLETE', 'warning', /delete-stack --stack-name amplify-main\S+ --region eu-central-1/],
    ['ROLLBACK_FAILED', 'fault', /delete-stack/],
    ['UPDATE_ROLLBACK_FAILED', 'fault', /continue-update-rollback/],
    ['DELETE_FAILED', 'fault', /delete-stack/],
    ['IMPORT_ROLLBACK_FAILED', 'fault', /describe-stack-events/],
  ] as const)('examineCloud() judges a stack that is %s as %s', async (status, level, words) => {
    const describeStacks = (call: AwsCall) => ({
      Stacks: call.region === 'eu-central-1' ? [stackOf(call, status)] : [],
    });
    const all = await findings({ 'cloudformation.DescribeStacks': describeStacks });
    const [primary, secondary] = of('stack', all);
    expect(primary).toMatchObject({ level: 'ok', what: expect.stringContaining('made first') });
    expect(secondary?.level).toBe(level);
    expect(secondary === undefined ? '' : text(secondary)).toMatch(words);
  });

  test('examineCloud() judges the stack of the table, too', async () => {
    const table = (call: AwsCall) => ({
      ...stackOf(call, 'UPDATE_ROLLBACK_FAILED'),
      StackName: 'shop-main-table',
    });
    const describeStacks = (call: AwsCall) => ({
      Stacks: call.input.StackName === 'shop-main-table' ? [table(call)] : [],
    });
    const [found] = of('stack', await findings({ 'cloudformation.DescribeStacks': describeStacks }));
    expect(found).toMatchObject({
      level: 'fault',
      what: 'eu-west-1: shop-main-table is UPDATE_ROLLBACK_FAILED',
      remedy: expect.stringContaining('continue-update-rollback --stack-name shop-main-table'),
    });
  });

  test('examineCloud() is a fault when two stacks are of one stage', async () => {
    const describeStacks = (call: AwsCall) => {
      const stack = stackOf(call, 'CREATE_COMPLETE');
      return { Stacks: [stack, { ...stack, StackName: 'amplify-app-main-branch-1', StackId: 'other' }] };
    };
    const all = await findings({ 'cloudformation.DescribeStacks': describeStacks });
    expect(of('stack', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('amplify-app-main-branch-1') },
      { level: 'fault' },
    ]);
  });
});
