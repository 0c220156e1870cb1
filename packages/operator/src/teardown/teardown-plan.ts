/** One thing to do, done when AWS says that it is gone. */
export type TeardownStep =
  | {
      readonly kind: 'stack';
      readonly part: 'secondary' | 'edge' | 'primary' | 'table';
      readonly region: string;
      readonly stackName: string;
      readonly stackId: string;
    }
  /** Turns a replica's deletion protection off. */
  | { readonly kind: 'protection'; readonly region: string; readonly tableName: string }
  /** Removes replicas from the table; two at once only where the table is strongly consistent. */
  | {
      readonly kind: 'replica';
      /** Where it is asked for. */
      readonly region: string;
      readonly removed: readonly string[];
      readonly witnesses: readonly string[];
      readonly tableName: string;
    }
  | { readonly kind: 'table'; readonly region: string; readonly tableName: string }
  | { readonly kind: 'parameter'; readonly region: string; readonly name: string };

/** A step of that kind. */
export type StepOf<K extends TeardownStep['kind']> = Extract<TeardownStep, { readonly kind: K }>;

/** What every step is given. */
export interface StepContext {
  readonly signal: AbortSignal;
  /** Told what AWS is at, in a few words. */
  readonly onProgress: (progress: string) => void;
}

/** Something that stays on purpose, and what it takes to let it go. */
export interface KeptTable {
  readonly tableName: string;
  readonly regions: readonly string[];
  /** Of the stack that has it, which stays with it; null where none has it, or it is not the whole stage that goes. */
  readonly stackId: string | null;
  readonly why: string;
  /** What it costs, in kind: prices differ from region to region. */
  readonly costs: string;
  readonly command: string;
}

/** What a teardown would do. Nothing is done while `refusal` is not null. */
export interface TeardownPlan {
  readonly project: string;
  readonly stage: string;
  readonly branch: string;
  readonly primary: string;
  /** Regions that are taken away. */
  readonly regions: readonly string[];
  /** Whether nothing of the stage is meant to be left, a kept table aside. */
  readonly isWhole: boolean;
  readonly steps: readonly TeardownStep[];
  readonly kept: KeptTable | null;
  readonly warnings: readonly string[];
  /** Why none of it may be done, with the remedy; null where it may. */
  readonly refusal: string | null;
  /** When the youngest replica was made, for DynamoDB's rule of 24 hours; null where nobody knows. */
  readonly youngestReplicaAtMs: number | null;
}

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
