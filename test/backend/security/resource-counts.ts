import { estimate, placeResources, type Traffic, takeInventory } from '@gsp/operator/cost';
import type { TemplateJson } from '../../../packages/platform/test/infra/template-queries.ts';
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

const IDLE = 'idle, USD a month';

/** Where the edge is. */
const EDGE_REGION = 'us-east-1';

/** Nobody calls. */
const NO_TRAFFIC: Traffic = {
  requests: 0,
  writeShare: 0,
  itemBytes: 1_024,
  isStrong: true,
  retentionDays: 1,
  share: 'even',
};

/**
 * How many resources of each type each combination has, as a table: a line for each type, a column for each
 * combination, `1/0` where the primary has one and the others none. Last what all of it costs in a month in which
 * nobody calls.
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
  const idle = [IDLE, ...examined.map(({ backends }) => idleUsd(backends).toFixed(2))];
  return alignColumns([['', ...columns.map(({ name }) => name)], ...lines, idle]);
}

/** What the Regions of one combination cost together, and the edge with them. */
function idleUsd(backends: readonly ExaminedBackend[]): number {
  const placed = (template: TemplateJson | undefined, region: string) =>
    placeResources(Object.values(template?.Resources ?? {}), region);
  const resources = backends.flatMap(({ region, root, platform, table, edge }) => [
    ...placed(root, region),
    ...placed(platform, region),
    ...placed(table, region),
    ...placed(edge, EDGE_REGION),
  ]);
  const inventory = takeInventory(
    resources,
    backends.map(({ region }) => region),
  );
  return estimate(inventory, NO_TRAFFIC).idle.totalUsd;
}

/** Resources of a backend, Amplify's and ours together, and those of the table and the edge beside it, by type. */
function countByType({ root, platform, table, edge }: ExaminedBackend): Map<string, number> {
  const templates = [root, platform, table, edge].flatMap((template) => template ?? []);
  const all = templates.flatMap(({ Resources }) => Object.values(Resources));
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
