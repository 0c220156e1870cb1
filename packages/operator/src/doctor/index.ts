export { idleCostOf } from './cloud/check-cost.ts';
export { runDoctor } from './run-doctor.ts';
