import type { ResourceChange } from './compare-stacks.ts';
import type { Template } from './stack-tree.ts';

/** A change that AWS refuses, so that a deployment would fail halfway. */
export interface Refusal {
  readonly logicalId: string;
  /** What AWS refuses. */
  readonly what: string;
  /** By which rule of AWS. */
  readonly why: string;
  readonly remedy: string;
}

/** One root stack of a region, as it is and as it would be, all that it nests within. */
export interface StackForecast {
  /** Its name, as CloudFormation knows it or as it will be called. */
  readonly stack: string;
  readonly region: string;
  /** The region of the stage whose backend has it: an edge is in us-east-1, whatever that is. */
  readonly owner: string;
  /** Null where there is none yet. */
  readonly before: Template | null;
  readonly after: Template;
  readonly changes: readonly ResourceChange[];
}

/**
 * A rule of AWS that no schema tells: finds what it refuses in one stack of a stage.
 *
 * @param all every stack of the stage that is known, the one that is looked at among them
 */
export type RefusalRule = (forecast: StackForecast, all: readonly StackForecast[]) => readonly Refusal[];
