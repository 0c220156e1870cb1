export { synthesize } from './synthesize.ts';
