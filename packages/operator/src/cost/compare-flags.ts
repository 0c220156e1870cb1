import { isDeepStrictEqual } from 'node:util';
import { changeSettings, type StageChanges, type StageSettings } from '@gsp/platform/topology';
import { type Estimate, estimate } from './estimate-use.ts';
import { type Flag, flagsOf, joinChanges } from './flags.ts';
import type { Traffic } from './request-use.ts';
import type { Inventory } from './take-inventory.ts';

/** What one flag adds to a month while it is on, in US dollars. */
export interface FlagCost {
  readonly flag: string;
  /** Whether the stage has it. */
  readonly isOn: boolean;
  readonly idleUsd: number;
  /** With the traffic that was asked for. */
  readonly usd: number;
}

/** What comparing needs. */
export interface CompareFlagsOptions {
  /** The stage's, as they are. */
  readonly settings: StageSettings;
  readonly regions: readonly string[];
  readonly traffic: Traffic;
  /** The stage with those changes; undefined means none. */
  readonly inventoryOf: (changes: StageChanges | undefined) => Promise<Inventory>;
  /** Told which flag is looked at. */
  readonly onProgress?: (flag: string) => void;
}

/**
 * What each flag adds: the stage with it, less the stage without it, each with what the flag cannot be without. One after
 * the other, for a definition takes all cores; the same settings are looked at once.
 */
export async function compareFlags(options: CompareFlagsOptions): Promise<FlagCost[]> {
  const { settings, traffic, inventoryOf, onProgress } = options;
  const known: { readonly settings: StageSettings; readonly estimate: Estimate }[] = [];
  const estimateOf = async (changes: StageChanges): Promise<Estimate> => {
    const changed = changeSettings(settings, changes);
    const before = known.find((each) => isDeepStrictEqual(each.settings, changed));
    if (before !== undefined) return before.estimate;
    const isAsItIs = isDeepStrictEqual(changed, settings);
    const found = estimate(await inventoryOf(isAsItIs ? undefined : changes), traffic);
    known.push({ settings: changed, estimate: found });
    return found;
  };
  const costs: FlagCost[] = [];
  for (const flag of flagsOf(settings, options.regions)) {
    onProgress?.(flag.name);
    const on = await estimateOf(joinChanges(flag.needs, flag.on));
    const off = await estimateOf(joinChanges(flag.needs, flag.off));
    costs.push({
      flag: flag.name,
      isOn: isOn(flag, settings),
      idleUsd: on.idle.totalUsd - off.idle.totalUsd,
      usd: on.bill.totalUsd - off.bill.totalUsd,
    });
  }
  return costs;
}

/** Whether turning it on would change nothing. */
function isOn({ on }: Flag, settings: StageSettings): boolean {
  return isDeepStrictEqual(changeSettings(settings, on), settings);
}
