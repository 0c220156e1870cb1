export { runTeardown } from './run-teardown.ts';
export { TeardownError } from './teardown-error.ts';
