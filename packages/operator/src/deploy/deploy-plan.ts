import type { DeploymentRecord } from '../cloud/deployment-record.ts';

/** What is to be deployed, and in which order. */
export interface DeployPlan {
  readonly id: string;
  readonly project: string;
  readonly stage: string;
  readonly revision: string;
  /** Regions to deploy, in order. */
  readonly order: readonly string[];
  /** Every region of the stage: those not in `order` are what the others replicate with. */
  readonly regions: readonly string[];
  /** What was known before; null for a stage that has never been deployed. */
  readonly record: DeploymentRecord | null;
}
