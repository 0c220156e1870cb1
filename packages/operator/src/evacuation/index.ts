export { cloudPlatform } from './cloud-platform.ts';
export { type OperatorOptions, withOperatorOptions } from './operator-options.ts';
export type { Platform } from './platform.ts';
export { runEvacuate, runListEvacuations, runRestore } from './run-command.ts';
export { twinPlatform } from './twin-platform.ts';
