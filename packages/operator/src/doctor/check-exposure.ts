import { describeExposure, stageExposure } from '../cost/stage-exposure.ts';
import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

/** What anybody may do to a stage, and what that may cost. */
export function checkExposure(stage: ExaminedStage): CheckResult {
  const exposure = stageExposure(stage);
  const { who, cost, told } = describeExposure(exposure);
  const isMeant = !exposure.isTrafficOpen || stage.kind !== 'listed';
  return {
    check: 'exposure',
    stage: stage.name,
    level: isMeant ? 'note' : 'warning',
    what: who,
    why: `${cost} ${told}`,
    remedy:
      'Name whose tokens are asked for in jwt (docs/authorization.md), lower throttle.traffic, set a budget.',
  };
}
