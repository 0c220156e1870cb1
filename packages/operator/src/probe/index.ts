export { runProbe } from './run-probe.ts';
