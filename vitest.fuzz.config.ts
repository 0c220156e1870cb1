import { defineConfig } from 'vitest/config';

/**
 * The contract under requests that nobody thought of: apart from `npm test`, as it goes on for as long as it is let. Both
 * files start a twin of their own and hold nothing to a clock, so they run side by side.
 */
export default defineConfig({
  test: {
    name: 'fuzz',
    environment: 'node',
    include: ['test/fuzz/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    globalSetup: ['test/twin/support/synthesize-once.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
