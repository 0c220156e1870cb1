export { readOutputs } from './read-outputs.ts';
export { runStageOutputs } from './run-stage-outputs.ts';
