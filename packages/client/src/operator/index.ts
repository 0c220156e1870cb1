/** What an operator asks of a platform: evacuate a region, restore it, list and probe. Runs in browsers and in Node. */
export { checkHealth, chooseRegion, type HealthAnswer, type RegionAddress } from './choose-region.ts';
export { type EvacuationState, evacuationState, readEvacuationState } from './evacuation-state.ts';
export {
  type EvacuationRequest,
  evacuate,
  listEvacuations,
  type OperatorOptions,
  restore,
} from './evacuations.ts';
export { isOperatorError, OperatorError } from './operator-error.ts';
export { type OperatorCredentials, sendSignedRequest } from './signed-request.ts';
