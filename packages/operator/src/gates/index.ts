export { runGates } from './run-gates.ts';
