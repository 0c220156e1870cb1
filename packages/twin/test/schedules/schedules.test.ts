import { describe, expect, test } from 'vitest';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { failure, success, throttle } from '../event-sources/mapping-fixture.ts';
import { RULE_ARN, ruleOf, STARTED_MS, schedulesOn, targetOf } from './schedule-fixture.ts';

const MINUTE_MS = 60_000;

/** Functions that answer when the test lets them. */
function heldBack() {
  const held: ((result: InvocationResult) => void)[] = [];
  return {
    invoke: () => new Promise<InvocationResult>((resolve) => held.push(resolve)),
    release: () => held.shift()?.(success()),
  };
}

describe('Schedules', () => {
  test('runs a rate soon after the start and then every period, with EventBridge’s event', async () => {
    const { schedules, clock, invoked, seconds } = schedulesOn();
    await schedules.apply([ruleOf()]);
    await clock.advance(3 * MINUTE_MS);
    expect(seconds()).toEqual([1, 61, 121]);
    expect(invoked[0]).toMatchObject({ functionName: 'f' });
    expect(invoked[0]?.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-01-01T10:00:21Z',
      region: 'eu-west-1',
      resources: [RULE_ARN],
      detail: {},
    });
    expect(invoked[1]?.event).not.toEqual({ ...Object(invoked[1]?.event), id: Object(invoked[0]?.event).id });
    expect(schedules.report()).toEqual([
      {
        ...{ ruleName: 'beat', ruleArn: RULE_ARN, expression: 'rate(1 minute)', state: 'Enabled' },
        lastRunAt: new Date(STARTED_MS + 121_000).toISOString(),
        nextRunAt: new Date(STARTED_MS + 181_000).toISOString(),
        targets: [{ id: 'Target0', functionName: 'f', succeeded: 3, failed: 0, skipped: 0, lastError: null }],
      },
    ]);
  });

  test.each([
    ['rate(1 minute)', 60, [1, 2, 3]],
    ['rate(1 minute)', 240, [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3]],
    ['rate(2 minutes)', 60, [1, 3]],
    ['cron(* * * * ? *)', 60, [40 / 60, 1 + 40 / 60, 2 + 40 / 60]],
  ])('runs %s %i times faster when the time scale says so', async (expression, timeScale, due) => {
    const { schedules, clock, seconds } = schedulesOn({ timeScale });
    await schedules.apply([ruleOf({ expression })]);
    await clock.advance(3_000);
    expect(seconds()).toEqual(due.map((at) => expect.closeTo(at, 2)));
  });

  test('runs nothing twice at a time scale that is no whole number', async () => {
    const { schedules, clock, seconds } = schedulesOn({ timeScale: 7.00003 });
    await schedules.apply([ruleOf()]);
    await clock.advance(60 * MINUTE_MS);
    // The first after a second, then one for every 60 / 7.00003 s.
    expect(seconds()).toHaveLength(1 + Math.floor((3_599 * 7.00003) / 60));
    expect(schedules.report()).toMatchObject([{ targets: [{ skipped: 0 }] }]);
  });

  test('runs a cron expression at its moments, for as long as there are any', async () => {
    const { schedules, clock, seconds } = schedulesOn();
    await schedules.apply([ruleOf({ expression: 'cron(1,3 10 1 1 ? 2026)' })]);
    await clock.advance(10 * MINUTE_MS);
    expect(seconds()).toEqual([40, 160]);
    expect(schedules.report()).toMatchObject([{ nextRunAt: null }]);
  });

  test('waits longer than a timer can', async () => {
    const { schedules, clock, seconds } = schedulesOn();
    await schedules.apply([ruleOf({ expression: 'cron(0 10 1 3 ? *)' })]);
    const days = 59;
    await clock.advance(days * 24 * 60 * MINUTE_MS);
    expect(seconds()).toEqual([days * 86_400 - 20]);
  });

  test('leaves out what was due while the machine slept', async () => {
    const { schedules, clock, seconds } = schedulesOn();
    await schedules.apply([ruleOf()]);
    await clock.advance(MINUTE_MS);
    await clock.jump(10 * MINUTE_MS);
    await clock.advance(MINUTE_MS);
    expect(seconds()).toEqual([1, 660, 661]);
  });

  test('runs every target of a rule, with its input in place of the event', async () => {
    const { schedules, clock, invoked } = schedulesOn();
    const other = targetOf({ id: 'Target1', functionName: 'g', input: { beat: true } });
    await schedules.apply([ruleOf({ targets: [targetOf(), other] })]);
    await clock.advance(2_000);
    expect(invoked).toMatchObject([
      { functionName: 'f', event: { source: 'aws.events' } },
      { functionName: 'g', event: { beat: true } },
    ]);
    expect(invoked[1]?.event).toEqual({ beat: true });
  });

  test('lets a run overlap the one before, and leaves a third one out', async () => {
    const { invoke, release } = heldBack();
    const { schedules, clock, seconds, said } = schedulesOn({ invoke });
    await schedules.apply([ruleOf()]);
    await clock.advance(4 * MINUTE_MS);
    expect(seconds()).toEqual([1, 61]);
    expect(schedules.report()).toMatchObject([{ targets: [{ succeeded: 0, skipped: 2 }] }]);
    expect(said).toEqual(['rule beat: function f: a run was left out, as 2 others still go on']);
    release();
    await clock.advance(MINUTE_MS);
    expect(seconds()).toEqual([1, 61, 241]);
    expect(schedules.report()).toMatchObject([{ targets: [{ succeeded: 1, skipped: 2 }] }]);
  });

  test.each([
    ['twice by default', targetOf(), [1, 61, 181]],
    ['once', targetOf({ functionRetryAttempts: 1 }), [1, 61]],
    ['never', targetOf({ functionRetryAttempts: 0 }), [1]],
    ['while the event is young enough', targetOf({ functionEventAgeSeconds: 100 }), [1, 61]],
  ])('tries a failed function again %s, with the same event', async (_, target, due) => {
    const { schedules, clock, invoked, seconds, said } = schedulesOn({
      invoke: () => failure('out of order'),
    });
    await schedules.apply([ruleOf({ expression: 'rate(1 day)', targets: [target] })]);
    await clock.advance(60 * MINUTE_MS);
    expect(seconds()).toEqual(due);
    expect(new Set(invoked.map(({ event }) => event)).size).toBe(1);
    const lastError = 'Error: out of order; the run is given up';
    expect(schedules.report()).toMatchObject([{ targets: [{ succeeded: 0, failed: 1, lastError }] }]);
    expect(said.at(-1)).toBe(`rule beat: function f: ${lastError}`);
  });

  test('forgets an error once a run succeeds, and paces retries by the time scale', async () => {
    const results = [failure(), success()];
    const { schedules, clock, seconds } = schedulesOn({
      invoke: () => results.shift() ?? success(),
      timeScale: 60,
    });
    await schedules.apply([ruleOf({ expression: 'rate(1 day)' })]);
    await clock.advance(10_000);
    expect(seconds()).toEqual([1, 2]);
    expect(schedules.report()).toMatchObject([{ targets: [{ succeeded: 1, failed: 0, lastError: null }] }]);
  });

  test.each([
    ['as often as the rule says', 2, [1, 2, 4]],
    ['not at all', 0, [1]],
  ])('tries a refused run again %s', async (_, deliveryRetryAttempts, due) => {
    const { schedules, clock, seconds } = schedulesOn({ invoke: throttle });
    const targets = [targetOf({ deliveryRetryAttempts })];
    await schedules.apply([ruleOf({ expression: 'rate(1 day)', targets })]);
    await clock.advance(60 * MINUTE_MS);
    expect(seconds()).toEqual(due);
    expect(schedules.report()).toMatchObject([
      {
        targets: [{ failed: 1, lastError: expect.stringMatching(/^TooManyRequestsException: .* given up$/) }],
      },
    ]);
  });

  test('goes on after an invocation that throws', async () => {
    const { schedules, clock, seconds } = schedulesOn({
      invoke: () => {
        throw new TypeError('no JSON');
      },
    });
    await schedules.apply([ruleOf()]);
    await clock.advance(2 * MINUTE_MS);
    expect(seconds()).toEqual([1, 61]);
    expect(schedules.report()).toMatchObject([{ targets: [{ failed: 2 }] }]);
  });

  test('runs no disabled rule', async () => {
    const { schedules, clock, seconds } = schedulesOn();
    await schedules.apply([ruleOf({ enabled: false })]);
    await clock.advance(3 * MINUTE_MS);
    expect(seconds()).toEqual([]);
    expect(schedules.report()).toMatchObject([
      { state: 'Disabled', nextRunAt: null, targets: [{ id: 'Target0' }] },
    ]);
  });

  test('leaves a rule alone that did not change, and begins a changed one anew', async () => {
    const { schedules, clock, invoked } = schedulesOn();
    const other = ruleOf({
      ruleName: 'other',
      ruleArn: `${RULE_ARN}-other`,
      targets: [targetOf({ functionName: 'g' })],
    });
    await schedules.apply([ruleOf(), other]);
    await clock.advance(31_000);
    await schedules.apply([ruleOf(), { ...other, expression: 'rate(5 minutes)' }]);
    await clock.advance(MINUTE_MS);
    expect(invoked.map(({ functionName, atSeconds }) => [functionName, atSeconds])).toEqual([
      ['f', 1],
      ['g', 1],
      ['g', 32],
      ['f', 61],
    ]);
    await schedules.apply([]);
    await clock.advance(10 * MINUTE_MS);
    expect(invoked).toHaveLength(4);
    expect(schedules.report()).toEqual([]);
  });

  test('lets a run finish when it ends, and starts no other', async () => {
    const { invoke, release } = heldBack();
    const { schedules, clock, seconds } = schedulesOn({ invoke });
    await schedules.apply([ruleOf()]);
    await clock.advance(2_000);
    let closed = false;
    const closing = schedules.close().then(() => {
      closed = true;
    });
    await clock.advance(1_000);
    expect(closed).toBe(false);
    release();
    await closing;
    await clock.advance(10 * MINUTE_MS);
    expect(seconds()).toEqual([1]);
  });

  test('waits three seconds at most for a run when it ends, and for no retry', async () => {
    const { invoke } = heldBack();
    const busy = schedulesOn({ invoke });
    await busy.schedules.apply([ruleOf()]);
    await busy.clock.advance(2_000);
    const closing = busy.schedules.close();
    await busy.clock.advance(3_000);
    await closing;

    const retrying = schedulesOn({ invoke: () => failure() });
    await retrying.schedules.apply([ruleOf()]);
    await retrying.clock.advance(2_000);
    await retrying.schedules.close();
    await retrying.clock.advance(10 * MINUTE_MS);
    expect(retrying.seconds()).toEqual([1]);
  });
});
