import { onTestFinished } from 'vitest';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import type {
  ScheduleDefinition,
  ScheduleTargetDefinition,
} from '../../src/schedules/schedule-definition.ts';
import { Schedules } from '../../src/schedules/schedules.ts';
import { success } from '../event-sources/mapping-fixture.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/** When the clock of these tests begins: a Thursday, 20 s past ten. */
export const STARTED_MS = Date.parse('2026-01-01T10:00:20Z');
export const RULE_ARN = 'arn:aws:events:eu-west-1:123456789012:rule/beat';

/** A target as AWS's defaults make it, with what a test changes. */
export function targetOf(overrides: Partial<ScheduleTargetDefinition> = {}): ScheduleTargetDefinition {
  return {
    ...{ id: 'Target0', functionName: 'f', deliveryRetryAttempts: 185 },
    ...{ functionRetryAttempts: 2, functionEventAgeSeconds: 21_600 },
    ...overrides,
  };
}

/** A rule that runs function `f` every minute, with what a test changes. */
export function ruleOf(overrides: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    ...{
      ruleName: 'beat',
      ruleArn: RULE_ARN,
      logicalId: 'Beat',
      expression: 'rate(1 minute)',
      enabled: true,
    },
    targets: [targetOf()],
    ...overrides,
  };
}

/** One invocation, in seconds after the clock began. */
export interface Invoked {
  readonly functionName: string;
  readonly event: unknown;
  readonly atSeconds: number;
}

/** Schedules on a clock that the test moves, closed with it. */
export function schedulesOn({
  invoke = () => success(),
  timeScale = 1,
}: {
  invoke?: (functionName: string) => InvocationResult | Promise<InvocationResult>;
  timeScale?: number;
} = {}): {
  schedules: Schedules;
  clock: ManualClock;
  invoked: Invoked[];
  said: string[];
  /** When functions were invoked, in seconds after the clock began. */
  seconds: () => number[];
} {
  const clock = manualClock(STARTED_MS);
  const invoked: Invoked[] = [];
  const said: string[] = [];
  const schedules = new Schedules({
    ...{ region: 'eu-west-1', accountId: '123456789012', timeScale },
    clock: clock.now,
    wait: clock.wait,
    say: (message) => said.push(message),
    invoke: async (functionName, event) => {
      invoked.push({ functionName, event, atSeconds: (clock.now() - STARTED_MS) / 1_000 });
      return invoke(functionName);
    },
  });
  onTestFinished(async () => {
    const closing = schedules.close();
    await clock.advance(10_000);
    await closing;
  });
  const seconds = () => invoked.map(({ atSeconds }) => atSeconds);
  return { schedules, clock, invoked, said, seconds };
}
