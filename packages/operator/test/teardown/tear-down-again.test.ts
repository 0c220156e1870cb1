import { describe, expect, test } from 'vitest';
import { SOURCE_REGION_RULE_MS } from '../../src/teardown/source-region-rule.ts';
import { failureOf } from '../../src/teardown/teardown-report.ts';
import { AwsFault } from '../cloud/aws-wire.ts';
import { SOURCE_RULE } from './fake-tables.ts';
import { openTeardownHarness } from './teardown-harness.ts';

/** Goal: whatever stops a teardown in the middle, the same command goes on. Method: as in tear-down.test.ts, with faults put in. */

const DEV = { project: 'gsp', stage: 'dev', regions: ['eu-west-1', 'eu-central-1'] } as const;
const TABLE = 'gsp-dev-items';
const LOCK = 'eu-west-1/gsp/dev/deploy-lock';

describe('a failure in the middle', () => {
  const failing = ['DeleteStack', 'UpdateTable', 'DeleteTable', 'DeleteParameter'];

  test.each(failing)('of %s stops the run, and a second one goes on to the end', async (action) => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true, isProtected: true, items: ['a'] });
    let isFirst = true;
    aws.intercept = (call) => {
      if (call.action !== action || !isFirst || String(call.input.Name ?? '').endsWith('deploy-lock'))
        return undefined;
      isFirst = false;
      return new AwsFault('AccessDeniedException', 'not allowed', 400);
    };
    const first = await run({ stage: 'dev', deleteData: true });
    expect(first.failed).not.toBeNull();
    expect(first.done.length + first.remaining.length).toBe(first.plan.steps.length);
    const second = await run({ stage: 'dev', deleteData: true });
    expect(failureOf(second)).toBeNull();
    expect(aws.roots).toEqual([]);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
    expect([...aws.parameters]).toEqual([]);
  });

  test('of a resource is told with its reason, its stack nested or not', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    const table = aws.dynamoDb.table('eu-west-1', TABLE);
    aws.intercept = ({ action, region }) => {
      // Protected after the plan was made.
      if (action === 'DeleteStack' && region === 'eu-west-1' && table) table.isProtected = true;
      return undefined;
    };
    const report = await run({ stage: 'dev' });
    expect(report.failed?.reason).toMatch(
      /Items \(AWS::DynamoDB::GlobalTable\): .*protected against deletion/,
    );
    aws.intercept = () => undefined;
    expect(failureOf(await run({ stage: 'dev', deleteData: true }))).toBeNull();
  });

  test('of an interruption gives the lock back, and a second run goes on', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    const stop = new AbortController();
    aws.intercept = ({ action, region }) => {
      if (action === 'DeleteStack' && region === 'eu-west-1') stop.abort(new Error('told to end'));
      return undefined;
    };
    await expect(run({ stage: 'dev', signal: stop.signal })).rejects.toThrow('told to end');
    expect(aws.parameters.has(LOCK)).toBe(false);
    aws.intercept = () => undefined;
    expect(failureOf(await run({ stage: 'dev' }))).toBeNull();
  });
});

describe("DynamoDB's rule of 24 hours", () => {
  test.each([true, false])(
    'stops at the table and says when to come back (retained: %s)',
    async (isRetained) => {
      const { aws, run } = await openTeardownHarness();
      aws.deploy({ ...DEV, isRetained });
      aws.dynamoDb.keepsSource = () => true;
      const report = await run({ stage: 'dev' });
      expect(report.failed?.reason).toMatch(/again after 2023-11-15 22:13 UTC/);
      expect(aws.dynamoDb.regionsOf(TABLE)).toEqual(['eu-west-1']);
      aws.dynamoDb.keepsSource = () => false;
      expect(failureOf(await run({ stage: 'dev' }))).toBeNull();
      expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
    },
  );

  test('is waited out when --wait allows it', async () => {
    const { aws, run, steps } = await openTeardownHarness();
    aws.deploy({ ...DEV, isRetained: true });
    let refusals = 0;
    aws.dynamoDb.keepsSource = () => {
      refusals += 1;
      return refusals <= 2;
    };
    const report = await run({ stage: 'dev', waitMs: SOURCE_REGION_RULE_MS });
    expect(failureOf(report)).toBeNull();
    expect(steps.filter((step) => step.startsWith('wait '))).toHaveLength(2);
  });

  test('removes another replica first when one was made from it', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy({ project: 'gsp', stage: 'wide', regions: ['eu-west-1', 'eu-central-1', 'eu-north-1'] });
    aws.intercept = ({ action, input }) => {
      const asks = JSON.stringify(input);
      if (action !== 'UpdateTable' || !asks.includes('eu-north-1')) return undefined;
      return aws.dynamoDb.table('eu-central-1', 'gsp-wide-items') === undefined
        ? undefined
        : new AwsFault('ValidationException', SOURCE_RULE);
    };
    const report = await run({ stage: 'wide' });
    expect(failureOf(report)).toBeNull();
    expect(report.done.flatMap((step) => (step.kind === 'replica' ? step.removed : []))).toEqual([
      'eu-central-1',
      'eu-north-1',
    ]);
  });
});
