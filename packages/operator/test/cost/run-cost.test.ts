// Goal: nothing that a stage is made of escapes its bill. Method: the command itself over the definition of tests, and
// every type of its templates looked up.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StageChanges } from '@gsp/platform/topology';
import { beforeAll, describe, expect, test } from 'vitest';
import { oneAtATime } from '../../../../test/backend/one-at-a-time.ts';
import { testProject } from '../../../../test/project/test-project.ts';
import { topology } from '../../../../test/project/topology.ts';
import { stageTarget } from '../../src/cloud/stage-target.ts';
import { billedAs } from '../../src/cost/billed-types.ts';
import { CALLED_ROUTES } from '../../src/cost/called-routes.ts';
import { ITEMS } from '../../src/cost/price-items.ts';
import { readResources } from '../../src/cost/read-resources.ts';
import { renderBill, renderFlags } from '../../src/cost/render-cost.ts';
import { type CostReport, costReport } from '../../src/cost/run-cost.ts';
import { inventoryOfStage } from '../../src/cost/take-inventory.ts';
import { synthesize } from '../../src/synthesis/synthesize.ts';
import { mainTarget } from '../doctor/wired-account.ts';
import { lambda, REGIONS, resource, stageOf, TRAFFIC } from './cost-fixture.ts';

const rootDir = await testProject();
const LOCK = join(rootDir, '../synthesis-of-tests.lock');

const run = promisify(execFile);

/** The command as a person runs it. */
function cost(...options: readonly string[]) {
  const args = ['--import', 'tsx', 'scripts/cost.ts', ...options];
  return run(process.execPath, args, { cwd: rootDir, maxBuffer: 10e6 });
}

describe('npm run cost', () => {
  let report: CostReport;

  beforeAll(async () => {
    const { stdout } = await oneAtATime(LOCK, () =>
      cost('--json', '--requests', '2m', '--region-share', 'primary'),
    );
    report = JSON.parse(stdout);
  }, 300_000);

  test('cost --json tells of each line what it is, where, how much, its price and where that was read', () => {
    expect(report.bill.lines.length).toBeGreaterThan(20);
    for (const { item, region, quantity, unitUsd, usd, source } of report.bill.lines) {
      expect(ITEMS).toHaveProperty(item);
      expect([...REGIONS, 'global']).toContain(region);
      expect(usd).toBeCloseTo(quantity * unitUsd, 10);
      expect(source).not.toBe('');
    }
    expect(report).toMatchObject({ stage: 'main', notPriced: [], regionsWithoutPrices: [] });
    expect(report).not.toHaveProperty('flags');
    expect(report.exposure).toMatchObject({ isTrafficOpen: true, worstDayUsd: report.worstDay.totalUsd });
  });

  test('cost --json adds up: what idles, what the first caller adds, and each million', () => {
    const { bill, idleUsd, awakeUsd, perMillionUsd, idle } = report;
    expect(idleUsd).toBe(idle.totalUsd);
    expect(idleUsd).toBeGreaterThan(0);
    // Half a dollar for what is done at most once in some seconds, and no longer grows after a million.
    expect(Math.abs(idleUsd + awakeUsd + 2 * perMillionUsd - bill.totalUsd)).toBeLessThan(0.5);
  });

  test('cost tells a wrong number and a stage that is not there in one line, with exit status 2 and 1', async () => {
    await expect(cost('--write-share', '130')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('from 0 to 100'),
    });
    await expect(cost('--stage', '')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot find the stage'),
    });
  }, 120_000);
});

test('every type of resource of the stage as it is, and with a domain and everything on, is priced or free by list', async () => {
  const backend = { type: 'branch', namespace: 'd123', name: 'main' } as const;
  const domain = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
  const changes: StageChanges = {
    domain,
    observability: { alarmTopic: true, alarmEmails: ['ops@example.com'] },
    budget: { monthlyUsd: 50, emails: ['ops@example.com'] },
    edge: { cloudFront: true, waf: 'block' },
    faultInjection: true,
  };
  const made = await oneAtATime(LOCK, () => synthesize({ rootDir, regions: REGIONS, backend, changes }));
  const resources = await Promise.all(
    made.map(({ assemblyDir, region }) => readResources(assemblyDir, region)),
  );
  const types = [...new Set(resources.flat().map(({ type }) => type))];
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => billedAs(type) === undefined)).toEqual([]);
}, 300_000);

test('inventoryOfStage() finds in the templates what is billed by use', async () => {
  const target = { regions: REGIONS, branch: 'main' };
  const inventory = await oneAtATime(LOCK, () => inventoryOfStage({ rootDir }, target));
  for (const { functions, ...facts } of inventory.regions) {
    expect(Object.values(functions).map(({ memoryMb }) => memoryMb)).toEqual([512, 512, 512, 512, 512]);
    expect(facts).toMatchObject({ hasHeartbeat: true, hasStreamConsumer: true, hasTokenFunction: false });
    expect(facts.logRetentionDays).toBeGreaterThan(0);
  }
  expect(inventory.expires).toBe(true);
}, 300_000);

test('the worst day counts each route of the templates at its limit there', async () => {
  const backend = { type: 'branch', namespace: 'd123', name: 'main' } as const;
  const [made] = await oneAtATime(LOCK, () => synthesize({ rootDir, regions: REGIONS, backend }));
  const resources = await readResources(made?.assemblyDir ?? '', made?.region ?? '');
  const [{ properties = {} } = {}] = resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Stage');
  const { probe, health, control, traffic } = stageTarget(topology, { stage: 'main' }).settings.throttle;
  const limits = { probe, health, control, traffic };
  const expected = CALLED_ROUTES.map(({ method, path, bucket, name }) => [
    name === 'default' ? path : `${method} ${path}`,
    limits[bucket],
  ]);
  const settings = {
    ...Object(properties.RouteSettings),
    'GET /health/<probe>': properties.DefaultRouteSettings,
  };
  const found = Object.entries(settings).map(([key, of]) => {
    const { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit } = Object(of);
    return [key, { rateLimit, burstLimit }];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
}, 300_000);

describe('costReport()', () => {
  test('costReport() names what has no price, and Regions that have none', () => {
    const once = [resource('AWS::EC2::NatGateway')];
    const inventory = stageOf([lambda('api')], { once, regions: ['eu-west-1', 'ap-south-1'] });
    expect(costReport(mainTarget(), inventory, { traffic: TRAFFIC })).toMatchObject({
      notPriced: ['AWS::EC2::NatGateway'],
      regionsWithoutPrices: ['ap-south-1'],
    });
  });
});

describe('renderBill()', () => {
  test('renderBill() marks prices that are not verified, and sums lines and Regions', () => {
    const { bill } = costReport(mainTarget(), stageOf([resource('AWS::CloudWatch::Dashboard')]), {
      traffic: { ...TRAFFIC, requests: 0 },
    });
    const [, , , line = '', , sum = ''] = renderBill(bill).split('\n');
    expect(line.split('│').map((cell) => cell.trim())).toEqual([
      '',
      'CloudWatch',
      'dashboards',
      '2',
      '~3.00',
      '~3.00',
      '',
      '6.00',
      '',
    ]);
    expect(sum.split('│').map((cell) => cell.trim())).toEqual([
      '',
      'Sum',
      '',
      '',
      '3.00',
      '3.00',
      '0.00',
      '6.00',
      '',
    ]);
  });
});

describe('renderFlags()', () => {
  test('renderFlags() shows what is added and what is saved', () => {
    const text = renderFlags([
      { flag: 'dashboard', isOn: true, idleUsd: 6, usd: 6 },
      { flag: 'cloudFront', isOn: false, idleUsd: 0.001, usd: -1.25 },
    ]);
    expect(text).toMatch(/dashboard +│ on +│ +\+6\.00 │ +\+6\.00/);
    expect(text).toMatch(/cloudFront +│ off +│ +0\.00 │ +-1\.25/);
  });
});
