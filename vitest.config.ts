import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  restoreMocks: true,
  // Node 20 is supported on purpose; the SDK's reminder of its end would drown what the tests say.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
} as const;

/** Whole scenarios against arithmetic in seconds: beside a synthesis that wants every core they would fail for its sake. */
const drillsOnAClock = ['test/scripts/drill-traffic/run-traffic-scenario.test.ts'];

export default defineConfig({
  test: {
    // Two cores are what a small machine has. The twin's tests run whole regions, so they go last and one at a time.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/amplify/infra/**',
            'test/browser/**',
            'test/scripts/**',
            'test/twin/**',
            'test/local/dynamodb/**',
            'test/local/supervisor/**',
          ],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'infra',
          include: ['test/amplify/infra/**/*.test.ts', 'test/scripts/**/*.test.ts'],
          exclude: [...drillsOnAClock],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'twin',
          include: [
            'test/local/dynamodb/**/*.test.ts',
            'test/local/supervisor/**/*.test.ts',
            'test/twin/**/*.test.ts',
            ...drillsOnAClock,
          ],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['amplify/**/*.ts', 'local/**/*.ts', 'scripts/**/*.ts', 'src/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
