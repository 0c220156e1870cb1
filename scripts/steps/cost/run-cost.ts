import Table from 'cli-table3';
import { topology } from '../../../amplify/topology/topology.ts';
import { placeStage } from '../cloud/stage-place.ts';
import { withProgress } from '../drill/drill-progress.ts';
import { synthesize } from '../synthesize.ts';
import { type Bill, calculateBill } from './calculate-bill.ts';
import { estimateUse, type Traffic } from './estimate-use.ts';
import { FALLBACK_REGION, pricedAs } from './prices.ts';
import { readInventory } from './read-inventory.ts';

/** The options of `npm run cost`, parsed. */
export interface RunCostOptions extends Omit<Traffic, 'retentionDays'> {
  readonly stage: string;
  /** @default - the time to live that the stage gives items */
  readonly retentionDays?: number;
  readonly json: boolean;
}

const NOT_COUNTED =
  'Not counted: tax, free tiers, transfer between Regions and to the internet, calls of the heartbeat and of stream consumers, metrics written under traffic only, and an existing hosted zone.';

/**
 * Prints what a stage costs in a month, as its templates and that traffic say.
 *
 * @throws {SynthesisError} where the definition is wrong
 */
export async function runCost(options: RunCostOptions): Promise<void> {
  const place = placeStage(topology, { stage: options.stage, backendType: 'branch' });
  const { regions, settings } = place;
  const backend = { type: 'branch', namespace: 'local', name: place.branch } as const;
  const inventories = await withProgress(
    'Synthesizing',
    async () => {
      const made = await synthesize({ regions, backend });
      return Promise.all(made.map(({ assemblyDir, region }) => readInventory(assemblyDir, region)));
    },
    (read) => ({ isGood: true, text: `Read the templates of ${read.length} Regions` }),
  );
  const traffic = {
    ...options,
    retentionDays: options.retentionDays ?? settings.table.defaultTtlSeconds / 86_400,
  };
  const bill = calculateBill(estimateUse(inventories, traffic));
  const idle = calculateBill(estimateUse(inventories, { ...traffic, requests: 0 }));
  const perMillionUsd =
    calculateBill(estimateUse(inventories, { ...traffic, requests: 1e6 })).totalUsd - idle.totalUsd;
  const result = {
    stage: options.stage,
    idleUsd: idle.totalUsd,
    perMillionUsd,
    bill,
    notCounted: NOT_COUNTED,
  };
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${render(bill)}\n`);
  if (options.json) return;
  process.stdout.write(
    `\nIdle: $${idle.totalUsd.toFixed(2)} a month. Each million requests: $${perMillionUsd.toFixed(2)}.\n`,
  );
  for (const region of regions.filter((each) => pricedAs(each) !== each)) {
    process.stdout.write(`Prices of ${FALLBACK_REGION} stand in for ${region}.\n`);
  }
  process.stdout.write(`${NOT_COUNTED}\n* not read in AWS's price list\n`);
}

function render({ lines, totalUsd }: Bill): string {
  const table = new Table({
    style: { head: [], border: [] },
    head: ['Service', 'What', 'Region', 'Quantity', 'USD'],
  });
  for (const { service, what, region, quantity, usd, isVerified } of lines) {
    const amount = quantity.toLocaleString('en', { maximumFractionDigits: 2 });
    table.push([service, what, region, amount, `${usd.toFixed(2)}${isVerified ? '' : ' *'}`]);
  }
  table.push(['Sum', '', '', '', totalUsd.toFixed(2)]);
  return table.toString();
}
