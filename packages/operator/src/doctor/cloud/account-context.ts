import type { Cloud } from '../../cloud/region-clients.ts';
import type { StageTarget } from '../../cloud/stage-target.ts';

/** A stage in an account, as the checks that ask AWS see it. */
export interface AccountContext {
  readonly target: StageTarget;
  readonly cloud: Cloud;
  /** Twelve digits, the same in every region. */
  readonly account: string;
  /** Ends every question. */
  readonly signal: AbortSignal;
}

/** The region that owns what exists once: the table's control plane, the zone. */
export function primaryOf({ regions }: Pick<StageTarget, 'regions'>): string {
  const [primary] = regions;
  if (primary !== undefined) return primary;
  throw new TypeError('Cannot name the primary: the stage has no regions, at least one is needed');
}
