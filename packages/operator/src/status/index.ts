export { runStatus } from './run-status.ts';
