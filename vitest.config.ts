import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * Two suites. `npm test` is what one runs every few minutes: the projects `unit`, `infra`, `adapters` and `smoke`.
 * `npm run test:all` is everything, in an order that leaves the machine to those that need it.
 *
 * A project's `groupOrder` says when it runs; projects of one group run side by side.
 */

/** Tests that start processes, synthesize backends or ask other people's tools: minutes, not seconds. */
const slow = [
  'packages/operator/test/**/{*command,*commands,synthesize,run-cost,run-deploy,run-deploy-failures,examine-stage}.test.ts',
  'packages/console/test/build/**/*.test.ts',
  'test/{backend,linters,project}/**/*.test.ts',
];

const infrastructure = ['packages/operator/test/**/*.test.ts', 'packages/platform/test/infra/**/*.test.ts'];

/** Tests that put a fake in place of the SDK's classes: each file has modules of its own. */
const faked = ['packages/platform/test/{store,functions,maintenance}/**/*.test.ts'];

/** Whole twins that want the machine for themselves, since what they are held to is said in seconds. */
const alone = [
  'packages/drill/test/traffic/run-{experiment,traffic-scenario}.test.ts',
  'test/twin/{data-promises,drills,evacuation,failover,region-faults,sessions}.test.ts',
];

/** What a newcomer does in the first five minutes. */
const smoke = ['test/twin/user-journey.test.ts'];

const twins = ['packages/twin/test/{dynamodb,supervisor}/**/*.test.ts', 'test/twin/**/*.test.ts'];

/** Whole twins start from one synthesis, made before those that begin side by side would each make it. */
const synthesizeOnce = { globalSetup: ['test/twin/support/synthesize-once.ts'] };

interface ProjectOptions {
  readonly group: number;
  readonly timeoutMs?: number;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly workers?: number;
  readonly globalSetup?: readonly string[];
  /** Whether each file has modules of its own. Without, what all files import is loaded once a worker: a third of the time. @default true */
  readonly isolate?: boolean;
}

function project(
  name: string,
  {
    group,
    timeoutMs = 120_000,
    include,
    exclude = [],
    workers = 2,
    globalSetup = [],
    isolate = true,
  }: ProjectOptions,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      environment: 'node',
      isolate,
      restoreMocks: true,
      // Node 20 is supported on purpose; the SDK's reminder of its end would drown what the tests say.
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      include: [...include],
      exclude: [...exclude],
      globalSetup: [...globalSetup],
      // Two cores are what a small machine has.
      maxWorkers: workers,
      sequence: { groupOrder: group },
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('unit', {
        group: 0,
        timeoutMs: 30_000,
        isolate: false,
        include: ['packages/*/test/**/*.test.ts', 'test/{architecture,docs,entities}/**/*.test.ts'],
        exclude: [...infrastructure, ...faked, ...slow, ...twins, ...alone],
      }),
      project('infra', { group: 0, include: infrastructure, exclude: slow, isolate: false }),
      project('adapters', { group: 0, include: faked }),
      project('smoke', { group: 1, include: smoke, ...synthesizeOnce }),
      project('slow', { group: 2, include: slow }),
      project('twin', { group: 3, include: twins, exclude: [...alone, ...smoke], ...synthesizeOnce }),
      project('alone', { group: 4, include: alone, workers: 1, ...synthesizeOnce }),
      // Nothing of these is held to a clock, so they run side by side.
      project('rehearsal', { group: 5, include: ['test/rehearsal/**/*.test.ts'], timeoutMs: 420_000 }),
      project('browser', { group: 5, include: ['test/browser/**/*.test.ts'], ...synthesizeOnce }),
      project('fuzz', { group: 5, include: ['test/fuzz/**/*.test.ts'], ...synthesizeOnce }),
      project('packages', {
        group: 6,
        include: ['test/packages/**/*.test.ts'],
        timeoutMs: 300_000,
        globalSetup: ['test/packages/pack-once.ts'],
      }),
    ],
    coverage: {
      provider: 'v8',
      include: ['amplify/**/*.ts', 'packages/*/src/**/*.ts', 'scripts/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
