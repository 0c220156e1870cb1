import type { ScheduleTargetReport } from '../control/twin-region.ts';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import type { ScheduleTargetDefinition } from './schedule-definition.ts';
import type { ScheduledEvent } from './scheduled-event.ts';

/** What the targets of a region's rules run with. */
export interface ScheduledTargetOptions {
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  readonly say: (message: string) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Resolves after that many milliseconds of the clock, or as soon as the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How many times faster than on AWS time passes between runs and between retries. */
  readonly timeScale: number;
}

/** A run may overlap the one before it, as on AWS. A third would be the start of a pile on one machine. */
const RUNS_MAX = 2;
/** Lambda waits a minute before the first retry of a failed function and two before the second. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const FUNCTION_RETRY_WAIT_MS = 60_000;
/** AWS documents "exponential back-off" for deliveries and not how long: these are the twin's own. */
const DELIVERY_RETRY_WAIT_MS = 1_000;
const DELIVERY_RETRY_WAIT_MS_MAX = 60_000;

/**
 * One function that a rule runs, with the retries of an asynchronous invocation.
 *
 *     due        1        2        3        4
 *     run 1      ├───────────────────────┤          runs
 *     run 2               ├──────────────────────┤  overlaps it
 *     run 3                        x                left out, and counted: two are under way
 *     run 4                                 ├────   runs
 *
 * A run that waits for its next retry is not under way: waits are minutes, so that hardly any are waited for at once.
 */
export class ScheduledTarget {
  readonly #definition: ScheduleTargetDefinition;
  readonly #ruleName: string;
  readonly #options: ScheduledTargetOptions;
  readonly #signal: AbortSignal;
  readonly #runs = new Set<Promise<void>>();
  #underWay = 0;
  #succeeded = 0;
  #failed = 0;
  #skipped = 0;
  #lastError: string | null = null;

  /** @param of `signal` ends every wait: what fails from then on is not tried again */
  constructor(
    definition: ScheduleTargetDefinition,
    of: { readonly ruleName: string; readonly options: ScheduledTargetOptions; readonly signal: AbortSignal },
  ) {
    this.#definition = definition;
    this.#ruleName = of.ruleName;
    this.#options = of.options;
    this.#signal = of.signal;
  }

  /** Starts a run and does not wait for it. */
  start(event: ScheduledEvent): void {
    const run = this.#run(event)
      .catch((error: unknown) => this.#giveUp(error instanceof Error ? error.message : String(error)))
      .finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  report(): ScheduleTargetReport {
    const { id, functionName } = this.#definition;
    const counts = { succeeded: this.#succeeded, failed: this.#failed, skipped: this.#skipped };
    return { id, functionName, ...counts, lastError: this.#lastError };
  }

  /** Resolves when no run is under way or waits for a retry. */
  async settled(): Promise<void> {
    await Promise.all(this.#runs);
  }

  async #run(event: ScheduledEvent): Promise<void> {
    const { functionRetryAttempts, functionEventAgeSeconds } = this.#definition;
    const { clock, wait, timeScale } = this.#options;
    const sentMs = clock();
    for (let failures = 0; !this.#signal.aborted; ) {
      if (this.#underWay >= RUNS_MAX) return this.#skip();
      const result = await this.#deliver(event);
      if (this.#signal.aborted) return;
      if (result.outcome === 'success') return this.#succeed();
      failures += 1;
      const reason = reasonOf(result);
      const waitMs = (FUNCTION_RETRY_WAIT_MS * failures) / timeScale;
      const ageMs = (clock() - sentMs + waitMs) * timeScale;
      const isOver = failures > functionRetryAttempts || ageMs > functionEventAgeSeconds * 1_000;
      if (isOver || result.outcome === 'rejected') return this.#giveUp(reason);
      this.#complain(`${reason}; it is tried again in ${Math.ceil(waitMs / 1_000)} s`);
      await wait(waitMs, this.#signal);
    }
  }

  /** Invokes the function, and again while Lambda refuses to, as often as the rule says. */
  async #deliver(event: ScheduledEvent): Promise<InvocationResult> {
    const { functionName, deliveryRetryAttempts, input } = this.#definition;
    const { invoke, wait, timeScale } = this.#options;
    this.#underWay += 1;
    try {
      for (let refusals = 0; ; refusals += 1) {
        const result = await invoke(functionName, input === undefined ? event : input);
        const isFinal = result.outcome !== 'rejected' || result.code === 'RequestTooLargeException';
        if (isFinal || refusals >= deliveryRetryAttempts || this.#signal.aborted) return result;
        const waitMs =
          Math.min(DELIVERY_RETRY_WAIT_MS * 2 ** refusals, DELIVERY_RETRY_WAIT_MS_MAX) / timeScale;
        this.#lastError = reasonOf(result);
        await wait(waitMs, this.#signal);
        if (this.#signal.aborted) return result;
      }
    } finally {
      this.#underWay -= 1;
    }
  }

  #succeed(): void {
    this.#succeeded += 1;
    this.#lastError = null;
  }

  #skip(): void {
    this.#skipped += 1;
    // Once for each pile: the count in the report tells how many.
    if (this.#skipped === 1) this.#complain(`a run was left out, as ${RUNS_MAX} others still go on`);
  }

  #giveUp(reason: string): void {
    this.#failed += 1;
    this.#complain(`${reason}; the run is given up`);
  }

  #complain(reason: string): void {
    this.#lastError = reason;
    this.#options.say(`rule ${this.#ruleName}: function ${this.#definition.functionName}: ${reason}`);
  }
}

function reasonOf(result: InvocationResult): string {
  if (result.outcome === 'rejected') return `${result.code}: ${result.message}`;
  if (result.outcome === 'function-error') return `${result.error.errorType}: ${result.error.errorMessage}`;
  return 'it succeeded';
}
