import type { Cloud } from '../cloud/region-clients.ts';
import { deleteParameter } from '../cloud/stage-parameters.ts';
import { type DeletionBounds, deleteStack } from './delete-stack.ts';
import { deleteTable, removeReplicas, unprotectTable } from './delete-table.ts';
import type { StepContext, StepOf } from './teardown-plan.ts';

/**
 * What a teardown does to AWS. Each promise is kept when the thing is gone, is kept at once when it was gone already,
 * and is broken with an error of {@link isSourceRegionRuleError} where DynamoDB's rule of 24 hours keeps it.
 */
export interface TeardownPorts {
  deleteStack(step: StepOf<'stack'>, context: StepContext): Promise<void>;
  unprotect(step: StepOf<'protection'>, context: StepContext): Promise<void>;
  removeReplicas(step: StepOf<'replica'>, context: StepContext): Promise<void>;
  deleteTable(step: StepOf<'table'>, context: StepContext): Promise<void>;
  deleteParameter(step: StepOf<'parameter'>, context: StepContext): Promise<void>;
}

/** A replica takes minutes to go, a stack with health checks and certificates the same; an hour is a fault. */
const BOUNDS: DeletionBounds = { timeoutMs: 60 * 60_000, pollMs: 3_000 };

/** What a teardown does, done to AWS. */
export function awsTeardownPorts(cloud: Cloud, bounds: DeletionBounds = BOUNDS): TeardownPorts {
  return {
    deleteStack: (step, context) => deleteStack(cloud.region(step.region), step, { ...context, ...bounds }),
    unprotect: (step, context) => unprotectTable(cloud.region(step.region), step, { ...context, ...bounds }),
    removeReplicas: (step, context) =>
      removeReplicas(cloud.region(step.region), step, { ...context, ...bounds }),
    deleteTable: (step, context) => deleteTable(cloud.region(step.region), step, { ...context, ...bounds }),
    deleteParameter: (step) => deleteParameter(cloud.region(step.region), step.name),
  };
}
