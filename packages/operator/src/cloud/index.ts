export { CloudError } from './cloud-error.ts';
