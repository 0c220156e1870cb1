export { idleCostOf } from './cloud/check-cost.ts';
