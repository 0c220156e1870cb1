import { addUses, type Bill, calculateBill, type RegionUse } from './calculate-bill.ts';
import { edgeUse } from './edge-use.ts';
import { heartbeatUse } from './heartbeat-use.ts';
import { probeUse } from './probe-use.ts';
import { requestUse, type Traffic } from './request-use.ts';
import type { Inventory } from './take-inventory.ts';

/** How much of what each Region uses in a month: what stands there, what it does by itself, what it is asked for. */
export function estimateUse(inventory: Inventory, traffic: Traffic): RegionUse[] {
  return addUses([
    // First, so that a bill lists the Regions in the stage's order.
    ...inventory.regions.map(({ region }) => ({ region, quantities: {} })),
    ...inventory.standing,
    ...probeUse(inventory),
    ...heartbeatUse(inventory),
    ...requestUse(inventory, traffic),
    ...edgeUse(inventory, traffic),
  ]);
}

/** A month of a stage, in US dollars. */
export interface Estimate {
  /** With the traffic that was asked for. */
  readonly bill: Bill;
  /** While nobody calls. */
  readonly idle: Bill;
  /** What a month in which somebody calls costs more at once: metrics that traffic alone writes. */
  readonly awakeUsd: number;
  /** What a million requests more cost. */
  readonly perMillionUsd: number;
}

/** Reckons a month with that traffic, without any, and with a million requests more. */
export function estimate(inventory: Inventory, traffic: Traffic): Estimate {
  const billFor = (requests: number) => calculateBill(estimateUse(inventory, { ...traffic, requests }));
  const idle = calculateBill(estimateUse(inventory, { ...traffic, requests: 0, experimentMinutes: 0 }));
  // From where what is done at most once in some seconds no longer grows.
  const perMillionUsd = billFor(101e6).totalUsd - billFor(100e6).totalUsd;
  const first = calculateBill(estimateUse(inventory, { ...traffic, requests: 1, experimentMinutes: 0 }));
  return {
    bill: billFor(traffic.requests),
    idle,
    awakeUsd: first.totalUsd - idle.totalUsd,
    perMillionUsd,
  };
}
