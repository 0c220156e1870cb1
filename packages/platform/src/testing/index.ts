/** What tests of a team's own definitions need. */
export { MergeTestError, type MergeTestOptions, testMerge } from './test-merge.ts';
