import Table from 'cli-table3';
import type { Bill } from './calculate-bill.ts';
import type { FlagCost } from './compare-flags.ts';
import { GLOBAL, ITEM_NAMES, ITEMS } from './price-items.ts';

const STYLE = { head: [], border: [] };

/** The bill: a line for each thing that is billed, a column for each Region, `~` where a price is not verified. */
export function renderBill({ lines, byRegion, totalUsd }: Bill): string {
  const regions = [...new Set([...Object.keys(byRegion).filter((name) => name !== GLOBAL), GLOBAL])];
  const table = new Table({
    style: STYLE,
    head: ['Service', 'What', 'Quantity', ...regions, 'USD'],
    colAligns: ['left', 'left', ...[...regions, '', ''].map(() => 'right' as const)],
  });
  for (const item of ITEM_NAMES) {
    const of = lines.filter((line) => line.item === item);
    if (of.length === 0) continue;
    const { service, what } = ITEMS[item];
    const cells = regions.map((region) => {
      const found = of.find((line) => line.region === region);
      return found === undefined ? '' : `${found.isVerified ? '' : '~'}${found.usd.toFixed(2)}`;
    });
    const sum = of.reduce((usd, line) => usd + line.usd, 0);
    table.push([
      service,
      what,
      amount(of.reduce((all, line) => all + line.quantity, 0)),
      ...cells,
      usdOf(sum),
    ]);
  }
  table.push(['Sum', '', '', ...regions.map((region) => usdOf(byRegion[region] ?? 0)), usdOf(totalUsd)]);
  return table.toString();
}

/** What each flag adds: while nobody calls, and with the traffic. */
export function renderFlags(flags: readonly FlagCost[]): string {
  const table = new Table({
    style: STYLE,
    head: ['Flag', 'In the stage', 'Idle, USD', 'With this traffic, USD'],
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { flag, isOn, idleUsd, usd } of flags) {
    table.push([flag, isOn ? 'on' : 'off', signed(idleUsd), signed(usd)]);
  }
  return table.toString();
}

function amount(quantity: number): string {
  return quantity.toLocaleString('en', { maximumFractionDigits: quantity < 100 ? 2 : 0 });
}

function usdOf(usd: number): string {
  return usd.toFixed(2);
}

function signed(usd: number): string {
  const text = usd.toFixed(2);
  return text === '0.00' || text === '-0.00' ? '0.00' : usd > 0 ? `+${text}` : text;
}
