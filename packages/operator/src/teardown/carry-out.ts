import type { Clock } from '@gsp/cli-kit';
import { explainRule, isSourceRegionRuleError, ruleEndsAtMs } from './source-region-rule.ts';
import { describeStep, type StepContext, type TeardownPlan, type TeardownStep } from './teardown-plan.ts';
import type { TeardownPorts } from './teardown-ports.ts';

/** How often a step that DynamoDB's rule keeps is tried again, where somebody waits for it. */
const RULE_RETRY_MS = 15 * 60_000;

/** What the engine works with. */
export interface CarryOutOptions {
  readonly ports: TeardownPorts;
  /** In milliseconds since the epoch. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For how long DynamoDB's rule of 24 hours may be waited out. @default 0 */
  readonly waitMs?: number;
  /** Shows that a step takes time and how it ended. */
  readonly during: <T>(
    text: string,
    work: (onProgress: (progress: string) => void) => Promise<T>,
  ) => Promise<T>;
}

/** How far a teardown came. */
export interface TeardownProgress {
  readonly done: readonly TeardownStep[];
  /** The step that failed and why; null where none did. */
  readonly failed: { readonly step: TeardownStep; readonly reason: string; readonly cause: unknown } | null;
  /** What was not done, the failed step first. */
  readonly remaining: readonly TeardownStep[];
}

/**
 * Carries a plan out, one step after the other, and stops at the first that fails: what comes later needs what comes
 * earlier to be gone. Nothing is undone. A run that was interrupted is continued by a plan made anew.
 *
 * @throws the signal's reason, where it aborts
 */
export async function carryOut(plan: TeardownPlan, options: CarryOutOptions): Promise<TeardownProgress> {
  const { clock, signal, during, waitMs = 0 } = options;
  const giveUpAtMs = clock.nowMs() + waitMs;
  const queue = [...plan.steps];
  const done: TeardownStep[] = [];
  let deferred = 0;
  for (let step = queue[0]; step !== undefined; step = queue[0]) {
    signal.throwIfAborted();
    const current = step;
    try {
      await during(describeStep(current), (onProgress) =>
        perform(current, options.ports, { signal, onProgress }),
      );
      queue.shift();
      done.push(current);
      deferred = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (!isSourceRegionRuleError(error)) return stopped(done, queue, { error });
      const replicas = leadingReplicas(queue);
      if (deferred + 1 < replicas) {
        // Another replica may have been made from this one: once that is gone, this one may go.
        deferred += 1;
        queue.splice(0, replicas, ...queue.slice(1, replicas), current);
        continue;
      }
      const nowMs = clock.nowMs();
      if (nowMs >= giveUpAtMs) {
        return stopped(done, queue, { error, hint: explainRule(plan.youngestReplicaAtMs, nowMs) });
      }
      const untilRuleEndsMs = ruleEndsAtMs(plan.youngestReplicaAtMs, nowMs) - nowMs;
      const pauseMs = Math.min(RULE_RETRY_MS, untilRuleEndsMs, giveUpAtMs - nowMs);
      await during(`wait ${Math.ceil(pauseMs / 60_000)} min: DynamoDB keeps it for now`, () =>
        clock.sleep(pauseMs, signal),
      );
      deferred = 0;
    }
  }
  return { done, failed: null, remaining: [] };
}

function leadingReplicas(queue: readonly TeardownStep[]): number {
  const end = queue.findIndex(({ kind }) => kind !== 'replica');
  return end === -1 ? queue.length : end;
}

function perform(step: TeardownStep, ports: TeardownPorts, context: StepContext): Promise<void> {
  switch (step.kind) {
    case 'stack':
      return ports.deleteStack(step, context);
    case 'protection':
      return ports.unprotect(step, context);
    case 'replica':
      return ports.removeReplicas(step, context);
    case 'table':
      return ports.deleteTable(step, context);
    case 'parameter':
      return ports.deleteParameter(step, context);
  }
}

function stopped(
  done: readonly TeardownStep[],
  remaining: readonly TeardownStep[],
  { error, hint }: { error: unknown; hint?: string },
): TeardownProgress {
  const [step] = remaining;
  if (step === undefined) throw error;
  const said = error instanceof Error ? error.message : String(error);
  return {
    done,
    failed: { step, reason: hint === undefined ? said : `${said} ${hint}`, cause: error },
    remaining: [...remaining],
  };
}
