export { Experiments, type ExperimentsOptions } from './experiments.ts';
export { type FisClient, fisClient } from './fis-client.ts';
