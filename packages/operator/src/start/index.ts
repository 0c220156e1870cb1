export { assembleTwin, type TwinAssembly } from './assemble-twin.ts';
export { runTwin } from './run-twin.ts';
export { renderTwinOutputs, requireCurrentOutputs, writeOutputs } from './twin-outputs.ts';
