import { terminal } from '@gsp/cli-kit';
import { type StageTarget, stageTarget } from '../cloud/stage-target.ts';
import { loadDefinitions } from '../load-definitions.ts';
import type { Project } from '../project.ts';
import type { Bill } from './calculate-bill.ts';
import { indexesMax } from './called-routes.ts';
import { compareFlags, type FlagCost } from './compare-flags.ts';
import { type Estimate, estimate } from './estimate-use.ts';
import { GLOBAL } from './price-items.ts';
import { PRICED_REGIONS, PRICES_AS_OF } from './prices.ts';
import { renderBill, renderFlags } from './render-cost.ts';
import type { Traffic } from './request-use.ts';
import { describeExposure, type StageExposure, stageExposure } from './stage-exposure.ts';
import { type Inventory, inventoryOfStage } from './take-inventory.ts';
import { type LimitedStage, worstDay } from './worst-day.ts';

/** The options of `npm run cost`, parsed. Without `indexes` an item is in as many as any entity has. */
export interface RunCostOptions extends Omit<Traffic, 'retentionDays'> {
  readonly stage: string;
  /** @default - the time to live that the stage gives items */
  readonly retentionDays?: number;
  /** Whether each flag is priced too, which takes a synthesis for each at first. */
  readonly flags: boolean;
  readonly json: boolean;
}

/** What is left out, whatever the templates hold. */
const NOT_COUNTED =
  'tax, free tiers, support, e-mails and calls less than a cent, calls of custom resources in deployments, queries of ' +
  'logs, conflicts and replays with their metrics';

/** What `npm run cost --json` prints. */
export interface CostReport {
  readonly stage: string;
  readonly pricesAsOf: string;
  readonly idleUsd: number;
  readonly awakeUsd: number;
  readonly perMillionUsd: number;
  /** Which routes anyone may call, and what a day costs on which all are called at their limits. */
  readonly exposure: StageExposure;
  /** That day, line by line. */
  readonly worstDay: Bill;
  readonly bill: Estimate['bill'];
  readonly idle: Estimate['idle'];
  /** Absent without `--flags`. */
  readonly flags?: readonly FlagCost[];
  /** Types of resources that nobody has given a price. */
  readonly notPriced: readonly string[];
  /** Regions that have no prices here: the dearest stand in. */
  readonly regionsWithoutPrices: readonly string[];
  readonly notCounted: string;
}

/**
 * Prints what a stage costs in a month, as its templates and that traffic say.
 *
 * @throws {CloudError} where there is no such stage
 * @throws {SynthesisError} where the definition is wrong
 */
export async function runCost(options: RunCostOptions, project: Project): Promise<void> {
  const { stage, flags: wantsFlags, json, retentionDays, indexes, ...others } = options;
  const target = stageTarget(project.topology, { stage, backendType: 'branch' });
  const days = retentionDays ?? target.settings.table.defaultTtlSeconds / 86_400;
  const definitions = await loadDefinitions(project.rootDir);
  const traffic: Traffic = {
    ...others,
    retentionDays: days,
    indexes: indexes ?? indexesMax(definitions),
  };
  const inventory = await readStage(project, target);
  const flags = wantsFlags ? await readFlags(traffic, { project, target, asItIs: inventory }) : undefined;
  const report = costReport({ ...target, definitions }, inventory, { traffic, flags });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderReport(report)}\n`);
}

/** Puts a report together. */
export function costReport(
  target: Pick<StageTarget, 'name'> & LimitedStage,
  inventory: Inventory,
  { traffic, flags }: { readonly traffic: Traffic; readonly flags?: readonly FlagCost[] | undefined },
): CostReport {
  const { bill, idle, awakeUsd, perMillionUsd } = estimate(inventory, traffic);
  const billed = Object.keys(bill.byRegion).filter((region) => region !== GLOBAL);
  return {
    stage: target.name,
    pricesAsOf: PRICES_AS_OF,
    idleUsd: idle.totalUsd,
    awakeUsd,
    perMillionUsd,
    exposure: stageExposure(target),
    worstDay: worstDay(target),
    bill,
    idle,
    ...(flags !== undefined && { flags }),
    notPriced: inventory.notPriced,
    regionsWithoutPrices: billed.filter((region) => !PRICED_REGIONS.includes(region)),
    notCounted: NOT_COUNTED,
  };
}

function readStage(project: Project, target: StageTarget): Promise<Inventory> {
  return terminal.during(
    'Synthesizing',
    () => inventoryOfStage(project, target),
    ({ regions }) => `Read the templates of ${regions.length} Regions`,
  );
}

function readFlags(
  traffic: Traffic,
  { project, target, asItIs }: { project: Project; target: StageTarget; asItIs: Inventory },
): Promise<FlagCost[]> {
  return terminal.during(
    'Synthesizing the stage with each flag on and off, minutes the first time',
    (onProgress) =>
      compareFlags({
        settings: target.settings,
        regions: target.regions,
        traffic,
        onProgress,
        inventoryOf: async (changes) =>
          changes === undefined ? asItIs : inventoryOfStage(project, target, changes),
      }),
    (flags, elapsedMs) => `Compared ${flags.length} flags in ${Math.round(elapsedMs / 1_000)} s`,
  );
}

function renderReport(report: CostReport): string {
  const { bill, flags, notPriced, regionsWithoutPrices, idleUsd, awakeUsd, perMillionUsd } = report;
  const { who, cost, told } = describeExposure(report.exposure);
  return [
    renderBill(bill),
    `\nIdle: $${idleUsd.toFixed(2)} a month. Once somebody calls: +$${awakeUsd.toFixed(2)}, for metrics that traffic writes. ` +
      `Each million requests: +$${perMillionUsd.toFixed(2)}.`,
    `Worst day: ${who} ${cost} ${told}`,
    flags === undefined
      ? 'What each flag adds: --flags.'
      : `\nWhat each flag adds while it is on:\n${renderFlags(flags)}`,
    ...(notPriced.length === 0 ? [] : [`Not priced: ${notPriced.join(', ')}. Look them up.`]),
    ...regionsWithoutPrices.map(
      (region) => `No prices of ${region}: the dearest of ${PRICED_REGIONS.join(', ')} stand in.`,
    ),
    `Prices of ${PRICES_AS_OF}; ~ not read in AWS's price list. Not counted: ${NOT_COUNTED}.`,
  ].join('\n');
}
