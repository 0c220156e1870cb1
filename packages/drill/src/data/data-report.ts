import Table from 'cli-table3';
import {
  type Attempt,
  attemptsByOperation,
  isAcknowledged,
  isRefused,
  type Operation,
  type Violation,
} from '../judge/history.ts';
import { type PromiseName, promises } from '../judge/judge.ts';
import { relevantHistory } from '../judge/relevant-history.ts';
import type { DataScenarioResult, InjectedFault } from './data-scenario.ts';

/** Figures of one run. */
export interface DrillFigures {
  readonly operations: number;
  /** Requests, repetitions and the last reads included. */
  readonly requests: number;
  /** Writes and increments that were acknowledged, each once. */
  readonly acknowledged: number;
  /** Writes and increments of which no client ever heard. */
  readonly unacknowledged: number;
  /** Answers that repeated an earlier one. */
  readonly replays: number;
  /** Keys that were refused as outside their window: what they may have written is forgotten. */
  readonly outOfWindow: number;
  readonly conflicts: number;
  /** Additions to tallies, whose conflicts are merged, that were acknowledged; none where the stage has no tallies. */
  readonly contributions: number;
  /** Reads that told of a lost write. */
  readonly superseded: number;
  /** Requests that were told that the region is behind the session. */
  readonly behind: number;
  /** Writes that were refused for good, for what the region held. */
  readonly refused: number;
  /** Requests without an answer, or with one that says nothing about the write. */
  readonly failures: number;
  readonly durationMs: number;
  readonly settledAfterMs: number;
}

/** A broken promise: what was seen, and what happened to that item or counter. */
export interface ReportedViolation extends Violation {
  /** What clients did to it and saw of it, in the order of time, a line each. */
  readonly history: readonly string[];
}

/** One run, as reports show it. */
export interface DataRunReport {
  readonly seed: number;
  readonly isKept: boolean;
  readonly figures: DrillFigures;
  readonly faults: readonly InjectedFault[];
  /** Number of breaches of each promise. */
  readonly promises: Readonly<Record<PromiseName, number>>;
  /** The first breaches of each promise. */
  readonly violations: Readonly<Partial<Record<PromiseName, readonly ReportedViolation[]>>>;
  /** Command that runs this again. */
  readonly repeat: string;
}

/** Breaches of one promise that are told in full; more of them seldom tell more. */
const TOLD_MAX = 3;

/** Sums a run up. */
export function reportDataRun(
  result: DataScenarioResult,
  { seed, repeat }: { seed: number; repeat: string },
): DataRunReport {
  const { verdict, history, faults } = result;
  const told = promises
    .filter((name) => verdict[name].length > 0)
    .map((name) => [
      name,
      verdict[name].slice(0, TOLD_MAX).map((violation) => ({
        ...violation,
        history: relevantHistory(violation.subject, { history, faults }),
      })),
    ]);
  return {
    seed,
    isKept: told.length === 0,
    figures: figuresOf(result),
    faults,
    promises: Object.fromEntries(promises.map((name) => [name, verdict[name].length])) as Record<
      PromiseName,
      number
    >,
    violations: Object.fromEntries(told),
    repeat,
  };
}

function figuresOf({
  history,
  views,
  operations,
  durationMs,
  settledAfterMs,
}: DataScenarioResult): DrillFigures {
  const { attempts } = history;
  const writes = [...attemptsByOperation(history).values()].filter((each) => each.some(isWrite));
  const count = (matches: (attempt: Attempt) => boolean) => attempts.filter(matches).length;
  return {
    operations,
    requests: attempts.length,
    acknowledged: writes.filter((each) => each.some(isAcknowledged)).length,
    unacknowledged: writes.filter((each) => !each.some(isAcknowledged) && !each.every(isRefused)).length,
    replays: count(({ answer }) => answer.isReplay === true),
    outOfWindow: count(({ answer }) => answer.problem === 'idempotency-key-out-of-window'),
    conflicts: views[0]?.conflicts.length ?? 0,
    contributions: writes.filter((each) => each.some(isAddition)).length,
    superseded: count(({ answer }) => answer.superseded !== undefined),
    behind: count(({ answer }) => answer.problem === 'replica-behind'),
    refused: count((attempt) => isWrite(attempt) && isRefused(attempt)),
    failures: count(({ answer: { status, problem } }) => isFailure(status) && problem !== 'replica-behind'),
    durationMs: Math.round(durationMs),
    settledAfterMs: Math.round(settledAfterMs),
  };
}

const WRITES: ReadonlySet<Operation['kind']> = new Set([
  'post',
  'put',
  'delete',
  'increment',
  'open',
  'mark',
  'drop',
] as const);

function isWrite({ operation: { kind } }: Attempt): boolean {
  return WRITES.has(kind);
}

function isAddition(attempt: Attempt): boolean {
  const { kind } = attempt.operation;
  return isAcknowledged(attempt) && (kind === 'open' || kind === 'mark');
}

function isFailure(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/** The table of all runs, and, for each broken promise, what was seen and how to see it again. */
export function renderDataReport(runs: readonly DataRunReport[]): string {
  return [figuresTable(runs), promisesTable(runs), ...runs.flatMap(failureText)].join('\n\n');
}

function figuresTable(runs: readonly DataRunReport[]): string {
  const table = new Table({
    head: [
      ...[
        'seed',
        'ops',
        'requests',
        'acked',
        'unacked',
        'replays',
        'forgotten',
        'conflicts',
        'added',
        'superseded',
      ],
      ...['behind', 'refused', 'failed', 'settled s', 'total s'],
    ],
    style: { head: [], border: [] },
  });
  for (const { seed, figures: f } of runs) {
    table.push([
      ...[seed, f.operations, f.requests, f.acknowledged, f.unacknowledged, f.replays, f.outOfWindow],
      ...[
        f.conflicts,
        f.contributions,
        f.superseded,
        f.behind,
        f.refused,
        f.failures,
        seconds(f.settledAfterMs),
        seconds(f.durationMs),
      ],
    ]);
  }
  return table.toString();
}

function promisesTable(runs: readonly DataRunReport[]): string {
  const table = new Table({ head: ['seed', ...promises, 'verdict'], style: { head: [], border: [] } });
  for (const { seed, promises: broken, isKept } of runs) {
    const cells = promises.map((name) => (broken[name] === 0 ? 'kept' : `broken ${broken[name]}x`));
    table.push([seed, ...cells, isKept ? 'kept' : 'BROKEN']);
  }
  return table.toString();
}

function failureText({ seed, violations, repeat, isKept }: DataRunReport): string[] {
  if (isKept) return [];
  const told = Object.entries(violations).flatMap(([name, list]) =>
    (list ?? []).map(({ detail, subject, history }) =>
      [
        `Seed ${seed}, ${name}: ${detail}`,
        `What happened to ${subject}:`,
        ...history.map((line) => `  ${line}`),
      ].join('\n'),
    ),
  );
  return [...told, `Run seed ${seed} again with: ${repeat}`];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
