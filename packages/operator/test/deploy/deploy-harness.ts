import { onTestFinished, vi } from 'vitest';
import { topology } from '../../../../test/project/topology.ts';
import type { PreflightOptions } from '../../src/deploy/preflight.ts';
import { deploy, type RunDeployOptions } from '../../src/deploy/run-deploy.ts';
import type { TableChange } from '../../src/deploy/table-change.ts';
import type { CheckResult } from '../../src/doctor/check-result.ts';
import type { Forecast } from '../../src/forecast/judge-forecast.ts';
import { startFakeStage } from './fake-stage.ts';

/** Starts the stage; its end goes with the test. */
export async function openDeployHarness() {
  const stage = await startFakeStage();
  onTestFinished(async () => {
    await stage.close();
    vi.unstubAllEnvs();
  });
  const table: TableChange = {
    hasChanged: false,
    added: [],
    removed: [],
    addedIndexes: [],
    removedIndexes: [],
    what: [],
  };
  const dependencies = {
    stop: new AbortController(),
    findings: [] as CheckResult[],
    table,
    forecast: null as Forecast | null,
    /** What the examinations were asked. */
    examined: [] as PreflightOptions[],
  };
  const told: string[] = [];
  const noted: string[] = [];

  /** Deploys, and gives what it printed as JSON; what it threw is in `error`. */
  async function run(options: Partial<RunDeployOptions> = {}) {
    const printed: string[] = [];
    const error = await deploy(
      {
        stage: 'main',
        method: 'ampx-deploy',
        appIds: {},
        bakeMs: 0,
        allowDirty: false,
        breakLock: false,
        yes: true,
        plan: false,
        allowReplace: [],
        json: true,
        ...options,
      },
      {
        rootDir: stage.rootDir,
        topology,
        cloud: stage.cloud,
        preflight: async (options) => {
          dependencies.examined.push(options);
          return dependencies.findings;
        },
        signal: dependencies.stop.signal,
        print: (text) => void printed.push(text),
        warn: (text) => void told.push(text),
        watch: {
          report: ({ state, detail }) => void (state === 'noted' && noted.push(detail ?? '')),
          progress: () => undefined,
          close: () => undefined,
        },
        smokeBounds: { newMs: 20_000, knownMs: 100 },
        readTable: async () => dependencies.table,
        forecast: async () => dependencies.forecast,
      },
    ).then(
      () => null,
      (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
    return { error, result: printed[0] === undefined ? null : JSON.parse(printed[0]) };
  }

  return {
    ...{ stage, dependencies, told, run },
    /** What the plan notes beside its order. */
    noted,
    /** Which region got which revision, in order. */
    deployed: () => stage.npx.starts.map(({ env }) => `${env.AWS_REGION} ${env.PLATFORM_REVISION}`),
    /** What the stage remembers of its deployments. */
    record: () => JSON.parse(stage.parameters.get('/gsp/main/deployment')?.value ?? 'null'),
  };
}
