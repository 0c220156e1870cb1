import { describe, expect, test } from 'vitest';
import { failureOf } from '../../src/teardown/teardown-report.ts';
import { isMutating } from './fake-aws.ts';
import { openTeardownHarness } from './teardown-harness.ts';

/** Goal: a teardown says what is left and fails for what costs money. Method: as in tear-down.test.ts, with tags that lie. */

const DEV = { project: 'gsp', stage: 'dev', regions: ['eu-west-1', 'eu-central-1'] } as const;

describe('what is left', () => {
  test('fails the run when it costs money, naming it', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    aws.stale.set('us-east-1', [{ arn: 'arn:aws:kms:us-east-1:1:key/abc', looks: 9 }]);
    const report = await run({ stage: 'dev' });
    expect(failureOf(report)?.message).toMatch(/arn:aws:kms:us-east-1:1:key\/abc: \$1 a month/);
  });

  test('is told and fails nothing when it costs nothing', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    aws.stale.set('eu-central-1', [{ arn: 'arn:aws:sqs:eu-central-1:1:gsp-dev-lost-batches', looks: 9 }]);
    const report = await run({ stage: 'dev' });
    expect(failureOf(report)).toBeNull();
    expect(report.leftovers).toHaveLength(1);
  });

  test('does not count what only the late tagging API tells of', async () => {
    const { aws, run } = await openTeardownHarness();
    aws.deploy(DEV);
    aws.stale.set('eu-west-1', [
      { arn: 'arn:aws:dynamodb:eu-west-1:1:table/gsp-dev-items', looks: 9 },
      { arn: 'arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/gsp-dev-api', looks: 1 },
    ]);
    expect((await run({ stage: 'dev', patienceMs: 8_000 })).leftovers).toEqual([]);
  }, 20_000);

  test('is looked for again when nothing stands any more', async () => {
    const { wire, run } = await openTeardownHarness();
    const report = await run({ stage: 'dev' });
    expect(failureOf(report)).toBeNull();
    expect(report.leftovers).toEqual([]);
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });
});
