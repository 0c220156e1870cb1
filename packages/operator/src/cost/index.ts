export { estimate } from './estimate-use.ts';
export { placeResources } from './read-resources.ts';
export type { Traffic } from './request-use.ts';
export { describeExposure, type StageExposure, stageExposure } from './stage-exposure.ts';
export { takeInventory } from './take-inventory.ts';
