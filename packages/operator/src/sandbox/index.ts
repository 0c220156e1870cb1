export { runSandbox } from './run-sandbox.ts';
