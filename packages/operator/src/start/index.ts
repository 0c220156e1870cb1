export { assembleTwin, type TwinAssembly } from './assemble-twin.ts';
export { LOAD_CHANGES } from './load-changes.ts';
