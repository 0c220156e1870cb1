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
  'packages/drill/test/traffic/run-{experiment,traffic-scenario}.test.ts',
  'test/twin/{data-promises,drills,evacuation,failover,region-faults,sessions}.test.ts',
];

const wholeTwins = ['packages/twin/test/{dynamodb,supervisor}/**/*.test.ts', 'test/twin/**/*.test.ts'];

const infrastructure = [
  'packages/operator/test/**/*.test.ts',
  'packages/platform/test/infra/**/*.test.ts',
  'packages/console/test/build/**/*.test.ts',
  'test/{backend,linters}/**/*.test.ts',
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
          include: ['packages/*/test/**/*.test.ts', 'test/{architecture,docs}/**/*.test.ts'],
          exclude: [...infrastructure, ...wholeTwins, ...onAClock],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'infra',
          include: infrastructure,
          exclude: onAClock,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'twin',
          include: wholeTwins,
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
      include: ['amplify/**/*.ts', 'packages/*/src/**/*.ts', 'scripts/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
