export { runStageOutputs } from './run-stage-outputs.ts';
