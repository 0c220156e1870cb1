export { type CloudAct, CloudError, isTransient } from './cloud-error.ts';
export { listOf } from './list-of.ts';
