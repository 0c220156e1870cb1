import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  awaitHealthy,
  type ObserverRegistry,
  type OwnTwin,
  observers,
  renderTrafficReports,
  runTrafficScenario,
  startOwnTwin,
  type TargetPlatform,
  type TrafficReport,
  type TrafficScenarioName,
  twinTargetPlatform,
} from '@gsp/drill';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES, type TwinAssembly } from '@gsp/operator/start';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testProject } from '../project/test-project.ts';

/**
 * Drills on whole twins: a drill fails when the definition is wrong in a way that nothing but a drill would notice.
 * Drills of the definition as it is are run by the command that users have: some on every change, all of them by night.
 *
 * With LONG_DRILLS=1 failover is held against its arithmetic with the other interval that Route 53 has, which takes a minute.
 */
const SEED = 1;
const RUN_LIMIT_MS = 240_000;

/** No arithmetic is judged of what is planted, so time may pass faster than it does in `npm run drill`. */
const PLANTED_TIME_SCALE = 40;

/** All that a twin needs until its checks have turned, on a machine that is busy. */
const HEALTHY_LIMIT_MS = 60_000;

/** Regressions of the definition show to clients that follow DNS; the client library has drills of its own. */
const DNS_ONLY: ObserverRegistry = {
  ...observers,
  client: { description: 'nobody', isObedient: false, open: async () => [] },
};

let definition: TwinAssembly;
let twin: OwnTwin | undefined;
const folders: string[] = [];

beforeAll(async () => {
  definition = await assembleTwin(await loadProject(await testProject()), 'main', { changes: LOAD_CHANGES });
}, RUN_LIMIT_MS);
afterEach(async () => {
  await twin?.end();
  twin = undefined;
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

type HealthCheckConfig = Record<string, unknown>;

/** The definition with its health checks changed, as somebody might who edits them. */
async function withChecks(change: (config: HealthCheckConfig) => HealthCheckConfig): Promise<TwinAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'drill-definition-'));
  folders.push(folder);
  const assemblies = await Promise.all(
    definition.assemblies.map(async (assembly) => {
      const assemblyDir = join(folder, assembly.region);
      await cp(assembly.assemblyDir, assemblyDir, { recursive: true });
      const files = await readdir(assemblyDir);
      const templates = files.filter((file) => file.endsWith('.template.json'));
      for (const file of templates) await changeTemplate(join(assemblyDir, file), change);
      return { ...assembly, assemblyDir };
    }),
  );
  return { ...definition, assemblies };
}

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

async function changeTemplate(
  file: string,
  change: (config: HealthCheckConfig) => HealthCheckConfig,
): Promise<void> {
  const template = templateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Route53::HealthCheck' || Properties === undefined) continue;
    Properties.HealthCheckConfig = change(
      z.record(z.string(), z.unknown()).parse(Properties.HealthCheckConfig),
    );
  }
  await writeFile(file, JSON.stringify(template));
}

interface DrillOptions {
  readonly assembled?: TwinAssembly;
  readonly timeScale?: number;
  readonly change?: (platform: TargetPlatform) => TargetPlatform;
  /** Whether checks turn healthy at all before anything breaks. */
  readonly isSound?: boolean;
}

async function drill(name: TrafficScenarioName, options: DrillOptions = {}): Promise<TrafficReport> {
  const { assembled = definition, timeScale = PLANTED_TIME_SCALE, isSound = true } = options;
  const { change = (platform) => platform } = options;
  twin = await startOwnTwin(assembled, { seed: SEED, timeScale });
  const signal = AbortSignal.timeout(RUN_LIMIT_MS);
  const platform = change(await twinTargetPlatform(twin.control, signal));
  const limitSeconds = (HEALTHY_LIMIT_MS / 1_000) * timeScale;
  if (isSound) expect(await awaitHealthy(platform, { limitSeconds, signal })).toEqual([]);
  const run = { platform, name, seed: SEED, prefix: 'drill', repeat: '', signal };
  return runTrafficScenario({ ...run, observers: DNS_ONLY });
}

function missed({ objectives }: TrafficReport): string[] {
  return objectives.filter(({ isKept }) => !isKept).map(({ name }) => name);
}

/** Objectives for which nothing could be measured, as what they wait for did not happen. */
function neverCame({ objectives }: TrafficReport): string[] {
  return objectives.filter(({ isKept, measured }) => !isKept && measured === null).map(({ name }) => name);
}

describe.runIf(process.env.LONG_DRILLS === '1')('a drill of the definition', () => {
  test(
    'meets every objective of region-kill with checks every 10 s',
    async () => {
      const assembled = await withChecks((config) =>
        config.RequestInterval === undefined ? config : { ...config, RequestInterval: 10 },
      );
      const report = await drill('region-kill', { assembled, timeScale: 5 });
      const ofDns = missed(report).filter((objective) => !objective.includes('client'));
      expect(ofDns, renderTrafficReports([report])).toEqual([]);
      expect(report.budget).toMatchObject({ detectionSeconds: 30, ttlSeconds: 60, totalSeconds: 90 });
      // A run in which nothing failed would show nothing.
      expect(report.samples.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(20);
    },
    RUN_LIMIT_MS,
  );
});

describe('a drill of a planted regression', () => {
  test(
    'fails when the health check never touches the table',
    async () => {
      const assembled = await withChecks((config) =>
        // The path of the probe is computed; that of an evacuation is not.
        typeof config.ResourcePath === 'object' ? { ...config, ResourcePath: '/health/live' } : config,
      );
      const report = await drill('table-throttled', { assembled });
      // Not late, but never: the time of a sound definition is no planted one's.
      expect(neverCame(report)).toEqual(expect.arrayContaining(['time to detect', 'time to move']));
    },
    RUN_LIMIT_MS,
  );

  test(
    'fails when the evacuation probe is not inverted',
    async () => {
      const assembled = await withChecks((config) => ({ ...config, Inverted: false }));
      const report = await drill('evacuate', { assembled, isSound: false });
      expect(missed(report)).toContain('unhealthy checks at the start');
    },
    RUN_LIMIT_MS,
  );

  test(
    'fails when a region comes back without what it has acknowledged',
    async () => {
      const forgetful = (platform: TargetPlatform): TargetPlatform => ({
        ...platform,
        inject: async (fault) => {
          if (fault.kind === 'start') await forget(fault.region);
          await platform.inject?.(fault);
        },
      });
      const report = await drill('failback', { change: forgetful });
      expect(missed(report)).toContain('acknowledged writes lost');
    },
    RUN_LIMIT_MS,
  );
});

/** Takes away what a region that is down has written. */
async function forget(region: string): Promise<void> {
  const response = await fetch(`${twin?.control}/_twin/state`);
  const { dataDir } = z.object({ dataDir: z.string() }).parse(await response.json());
  await rm(join(dataDir, region), { recursive: true, force: true });
}
