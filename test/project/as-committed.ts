/**
 * Tests that are about the definition as it is committed. They read names and regions from it, and hold for whatever a team
 * makes of them; all others are about the project of tests.
 */
export const asCommitted: readonly string[] = [
  'packages/client/test/parse-outputs.test.ts',
  'packages/console/test/platform-outputs.test.ts',
  'packages/operator/test/amplify-outputs.test.ts',
  'packages/platform/test/contract/outputs.test.ts',
  'test/docs/custom-http.test.ts',
  'test/docs/pipelines.test.ts',
  'test/twin/user-journey.test.ts',
];
