import Table from 'cli-table3';
import type { DrillRunReport } from './data/data-report.ts';
import { promises } from './judge/judge.ts';

/** The table of all runs, and, for each broken promise, what was seen and how to see it again. */
export function renderDrillReport(runs: readonly DrillRunReport[]): string {
  return [figuresTable(runs), promisesTable(runs), ...runs.flatMap(failureText)].join('\n\n');
}

function figuresTable(runs: readonly DrillRunReport[]): string {
  const table = new Table({
    head: [
      ...['seed', 'ops', 'requests', 'acked', 'unacked', 'replays', 'conflicts', 'superseded', 'waited'],
      ...['behind', 'failed', 'settled s', 'total s'],
    ],
    style: { head: [], border: [] },
  });
  for (const { seed, figures: f } of runs) {
    table.push([
      ...[seed, f.operations, f.requests, f.acknowledged, f.unacknowledged, f.replays, f.conflicts],
      ...[f.superseded, f.waits, f.behind, f.failures, seconds(f.settledAfterMs), seconds(f.durationMs)],
    ]);
  }
  return table.toString();
}

function promisesTable(runs: readonly DrillRunReport[]): string {
  const table = new Table({ head: ['seed', ...promises, 'verdict'], style: { head: [], border: [] } });
  for (const { seed, promises: broken, isKept } of runs) {
    const cells = promises.map((name) => (broken[name] === 0 ? 'kept' : `broken ${broken[name]}x`));
    table.push([seed, ...cells, isKept ? 'kept' : 'BROKEN']);
  }
  return table.toString();
}

function failureText({ seed, violations, repeat, isKept }: DrillRunReport): string[] {
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
