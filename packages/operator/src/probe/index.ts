export { parseTime, type TimeBounds } from './parse-time.ts';
export { runProbe } from './run-probe.ts';
