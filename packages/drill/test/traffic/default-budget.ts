import type { TrafficBudget } from '../../src/drill-report.ts';

/** What failover may take by the default topology: 30 s x 3, and 60 s to live. */
export const DEFAULT_BUDGET: TrafficBudget = {
  intervalSeconds: 30,
  failureThreshold: 3,
  detectionSeconds: 90,
  ttlSeconds: 60,
  totalSeconds: 150,
};
