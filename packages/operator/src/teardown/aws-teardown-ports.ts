import type { Cloud } from '../cloud/region-clients.ts';
import { deleteParameter } from '../cloud/stage-parameters.ts';
import { type DeletionBounds, deleteStack } from './delete-stack.ts';
import { deleteTable, removeReplicas, unprotectTable } from './delete-table.ts';
import type { TeardownPorts } from './teardown-ports.ts';

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
