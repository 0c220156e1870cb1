import type { Impact, ResourceChange } from './compare-stacks.ts';
import type { Refusal, RefusalRule, StackForecast } from './refusal.ts';
import { namedReplacement } from './rules/named-replacement.ts';
import { routeSettings } from './rules/route-settings.ts';
import { routingPolicies } from './rules/routing-policies.ts';
import { takenName } from './rules/taken-name.ts';
import { typeChange } from './rules/type-change.ts';

/** What a deployment does to one root stack. */
export interface StackVerdict {
  readonly region: string;
  readonly stack: string;
  readonly isNew: boolean;
  readonly changes: readonly ResourceChange[];
  /** What AWS would refuse, halfway through. */
  readonly refusals: readonly Refusal[];
  /** Changes by which something is lost that nobody has allowed. */
  readonly losses: readonly ResourceChange[];
}

/** What a deployment does to a stage. */
export interface Forecast {
  readonly stacks: readonly StackVerdict[];
  /** Whether nothing stands against it. */
  readonly isClear: boolean;
}

const rules: readonly RefusalRule[] = [
  typeChange,
  namedReplacement,
  takenName,
  routingPolicies,
  routeSettings,
];

/** Ways in which a resource of which something is lost loses it. */
const losing: ReadonlySet<Impact> = new Set(['replaced', 'may-be-replaced', 'removed']);

/** What is deployed of what is forecast, and what of it may be lost. */
export interface JudgeOptions {
  /** Regions that are deployed; the others are known, and keep what they have. */
  readonly chosen: readonly string[];
  /** Logical ids of what may be replaced or removed, as the forecast writes them or without the stacks that nest them. */
  readonly allowed: readonly string[];
}

/**
 * Judges what a deployment would do: what AWS refuses is refused before anything is touched, and nothing is lost that was not
 * named.
 */
export function judgeForecast(all: readonly StackForecast[], { chosen, allowed }: JudgeOptions): Forecast {
  const isAllowed = ({ logicalId }: ResourceChange) =>
    allowed.some((id) => logicalId === id || logicalId.endsWith(`/${id}`));
  const stacks = all
    .filter(({ owner }) => chosen.includes(owner))
    .map((forecast): StackVerdict => {
      const { stack, region, before, changes } = forecast;
      return {
        region,
        stack,
        isNew: before === null,
        changes,
        refusals: rules.flatMap((rule) => rule(forecast, all)),
        losses: changes.filter(
          (change) => change.loss !== undefined && losing.has(change.impact) && !isAllowed(change),
        ),
      };
    });
  const isClear = stacks.every(({ refusals, losses }) => refusals.length === 0 && losses.length === 0);
  return { stacks, isClear };
}
