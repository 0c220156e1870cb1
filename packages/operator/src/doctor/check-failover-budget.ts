import { failoverBudget } from '@gsp/platform/topology';
import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

/** How long a dead region goes on getting traffic by the arithmetic, and how long it may. Null where there is nothing to fail over to. */
export function checkFailoverBudget({ name, regions, settings }: ExaminedStage): CheckResult | null {
  if (regions.length < 2) return null;
  const { routing } = settings;
  const { intervalSeconds, failureThreshold } = routing.healthCheck;
  const { detectionSeconds, ttlSeconds, totalSeconds } = failoverBudget(routing);
  const sum = `${intervalSeconds} s x ${failureThreshold} + ${ttlSeconds} s = ${totalSeconds} s`;
  const found = { check: 'failover budget', stage: name };
  if (totalSeconds > routing.failoverBudgetSeconds) {
    return {
      ...found,
      level: 'fault',
      what: `${sum}, but ${routing.failoverBudgetSeconds} s are allowed`,
      why: 'Clients that obey DNS would stay with a dead region for longer than the topology allows.',
      remedy: 'Lower routing.healthCheck.intervalSeconds or failureThreshold, or allow more seconds.',
    };
  }
  return {
    ...found,
    level: 'ok',
    what: `${sum}, ${routing.failoverBudgetSeconds} s are allowed`,
    why: `${detectionSeconds} s until the checks agree, ${ttlSeconds} s until resolvers ask again; gathering opinions takes Route 53 a few seconds more.`,
  };
}
