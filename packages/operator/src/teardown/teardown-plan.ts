/** One thing to do, done when AWS says that it is gone. */
export type TeardownStep =
  | {
      readonly kind: 'stack';
      readonly part: 'secondary' | 'edge' | 'primary';
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

/** Something that stays on purpose, and what it takes to let it go. */
export interface KeptTable {
  readonly tableName: string;
  readonly regions: readonly string[];
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
