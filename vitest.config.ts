import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  restoreMocks: true,
  // Node 20 is supported on purpose; the SDK's reminder of its end would drown what the tests say.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
} as const;

/**
 * Whole twins against arithmetic in seconds, or under a load that wants the machine for itself: one at a time. Beside a
 * synthesis that takes every core they would fail for its sake.
 */
const onAClock = [
  'test/scripts/drill-traffic/run-traffic-scenario.test.ts',
  'test/twin/{data-promises,drills,evacuation,failover,region-faults,sessions}.test.ts',
];

/** Whole twins start from one synthesis, made before those that begin side by side would each make it. */
const globalSetup = ['test/twin/support/synthesize-once.ts'];

export default defineConfig({
  test: {
    // Two cores are what a small machine has. Tests that run whole regions go last.
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
            // Has a configuration of its own, as it goes on for as long as it is let.
            'test/fuzz/**',
            'test/linters/**',
            // Has a configuration of its own.
            'test/rehearsal/**',
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
          include: [
            'test/amplify/infra/**/*.test.ts',
            'test/linters/**/*.test.ts',
            'test/scripts/**/*.test.ts',
          ],
          exclude: onAClock,
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
          ],
          exclude: onAClock,
          globalSetup,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'clock',
          include: onAClock,
          globalSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: 120_000,
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
