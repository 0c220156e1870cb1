export { assembleTwin, type TwinAssembly } from './assemble-twin.ts';
