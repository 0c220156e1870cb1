export { buildClient } from './build-client.ts';
