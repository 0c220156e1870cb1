import type { TeardownStep } from './teardown-plan.ts';

/** A step in words, beginning with a verb. */
export function describeStep(step: TeardownStep): string {
  switch (step.kind) {
    case 'stack':
      return `delete the ${step.part} stack ${step.stackName} in ${step.region}`;
    case 'protection':
      return `turn off the deletion protection of ${step.tableName} in ${step.region}`;
    case 'replica':
      return `remove ${step.tableName} from ${[...step.removed, ...step.witnesses].join(', ')}`;
    case 'table':
      return `delete the table ${step.tableName} in ${step.region}`;
    case 'parameter':
      return `delete the parameter ${step.name} in ${step.region}`;
  }
}
