export type { ExperimentKind } from '@gsp/platform/topology';
export { Experiments, type ExperimentsOptions } from './experiments.ts';
export { type FisClient, fisClient } from './fis-client.ts';
