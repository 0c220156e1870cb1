import { defineConfig } from 'vitest/config';

/** The rehearsal of a deployment: apart from `npm test`, as it needs Python and minutes, and has steps in one order. */
export default defineConfig({
  test: {
    name: 'rehearsal',
    environment: 'node',
    include: ['test/rehearsal/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Each step stands on the one before.
    bail: 1,
    fileParallelism: false,
    testTimeout: 420_000,
    hookTimeout: 300_000,
  },
});
