import type { TeardownStep } from './teardown-plan.ts';

/** A step of that kind. */
export type StepOf<K extends TeardownStep['kind']> = Extract<TeardownStep, { readonly kind: K }>;

/** What every step is given. */
export interface StepContext {
  readonly signal: AbortSignal;
  /** Told what AWS is at, in a few words. */
  readonly onProgress: (progress: string) => void;
}

/**
 * What a teardown does to AWS. Each promise is kept when the thing is gone, is kept at once when it was gone already,
 * and is broken with {@link SourceRegionRuleError} where DynamoDB's rule of 24 hours keeps it.
 */
export interface TeardownPorts {
  deleteStack(step: StepOf<'stack'>, context: StepContext): Promise<void>;
  unprotect(step: StepOf<'protection'>, context: StepContext): Promise<void>;
  removeReplicas(step: StepOf<'replica'>, context: StepContext): Promise<void>;
  deleteTable(step: StepOf<'table'>, context: StepContext): Promise<void>;
  deleteParameter(step: StepOf<'parameter'>, context: StepContext): Promise<void>;
}
