import type { ExaminedBackend } from './examine-combination.ts';
import type { Combination } from './flag-matrix.ts';

/** One combination and what it came to. */
export interface Examined {
  readonly combination: Combination;
  readonly backends: readonly ExaminedBackend[];
}

/** What CloudFormation takes in one template. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const RESOURCES_MAX = 500;

const TOTAL = 'all resources';

/**
 * How many resources of each type each combination has, as a table: a line for each type, a column for each
 * combination, `1/0` where the primary has one and the others none.
 */
export function resourceCountsTable(examined: readonly Examined[]): string {
  const columns = examined.map(({ combination, backends }) => ({
    name: combination.name,
    counts: backends.map(countByType),
  }));
  const types = new Set(columns.flatMap(({ counts }) => counts.flatMap((count) => [...count.keys()])));
  const lines = [...types].sort().map((type) => [
    type,
    ...columns.map(({ counts }) => {
      const numbers = [...new Set(counts.map((count) => count.get(type) ?? 0))];
      return numbers.length === 1 && numbers[0] === 0 ? '.' : numbers.join('/');
    }),
  ]);
  return alignColumns([['', ...columns.map(({ name }) => name)], ...lines]);
}

/** Resources of a backend, Amplify's and ours together, by type. */
function countByType({ root, platform }: ExaminedBackend): Map<string, number> {
  const all = [root, platform].flatMap(({ Resources }) => Object.values(Resources));
  const counts = new Map([[TOTAL, all.length]]);
  for (const { Type } of all) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return counts;
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const width = (index: number) => Math.max(...rows.map((row) => row[index]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, index) => width(index));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
