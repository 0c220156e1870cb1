import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alarmOf, alarmsOf, type WatchedRegionOptions, watchedRegion } from './watched-region.ts';

const ROOT = join(import.meta.dirname, '../../../../..');

const SINGLE: WatchedRegionOptions = { regions: ['eu-west-1'] };
const STRONG: WatchedRegionOptions = {
  regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
  changes: { table: { consistency: 'strong', timeToLive: false }, routing: { policy: 'latency' } },
};
const NO_HEARTBEAT: WatchedRegionOptions = { changes: { observability: { heartbeat: false } } };

const ALWAYS = [
  'api-errors',
  'api-latency',
  'unhealthy',
  ...['health', 'api', 'conflicts'].flatMap((name) =>
    ['errors', 'throttles', 'duration'].map((of) => `function-${name}-${of}`),
  ),
  'concurrency',
  'table-throttles',
];
const STREAM = ['iterator-age', 'lost-batches'];

describe('RegionAlarms', () => {
  test.each<[string, WatchedRegionOptions, string[]]>([
    ['two Regions', {}, [...STREAM, 'lag-eu-central-1', 'silent-eu-central-1', 'heartbeat-eu-central-1']],
    [
      'the other of two Regions',
      { region: 'eu-central-1' },
      [...STREAM, 'lag-eu-west-1', 'silent-eu-west-1', 'heartbeat-eu-west-1'],
    ],
    ['one Region', SINGLE, STREAM],
    ['no heartbeat', NO_HEARTBEAT, [...STREAM, 'lag-eu-central-1']],
    ['strong consistency', STRONG, ['heartbeat-eu-central-1', 'heartbeat-eu-west-3']],
    [
      'strong consistency without heartbeat',
      { ...STRONG, changes: { ...STRONG.changes, observability: { heartbeat: false } } },
      [],
    ],
  ])('RegionAlarms watches what there is with %s, and nothing else', (_, options, others) => {
    expect([...alarmsOf(watchedRegion(options)).keys()].sort()).toEqual([...ALWAYS, ...others].sort());
  });

  test('RegionAlarms names every alarm as all that belongs to its stage', () => {
    for (const { AlarmName } of alarmsOf(watchedRegion()).values()) expect(AlarmName).toMatch(/^shop-main-/);
  });

  test.each<[string, WatchedRegionOptions]>([
    ['two Regions', {}],
    ['strong consistency', STRONG],
    ['us-east-1 with a health check', { regions: ['us-east-1'], hasHealthCheck: true }],
  ])(
    'RegionAlarms says of each alarm what it means, and leads to a page that is there, with %s',
    async (_, options) => {
      const template = watchedRegion(options);
      const composites = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
      const descriptions = [
        ...[...alarmsOf(template).values()].map(({ AlarmDescription }) => AlarmDescription),
        ...composites.map(({ Properties }) => String(Properties.AlarmDescription)),
      ];
      for (const description of descriptions) {
        // CloudWatch takes 1,024 characters.
        expect(description.length).toBeLessThan(1_024);
        const pages = [...description.matchAll(/docs\/runbooks\/[\w-]+\.md/g)].map(([page]) => page);
        expect(pages.length, description).toBeGreaterThan(0);
        for (const page of pages) await expect(access(join(ROOT, page)), page).resolves.toBeUndefined();
      }
    },
  );

  test('RegionAlarms takes silence for trouble in those alarms alone that a heartbeat feeds', () => {
    const bySilence = (options: WatchedRegionOptions) =>
      [...alarmsOf(watchedRegion(options))].map(([name, alarm]) => [name, alarm.TreatMissingData]);
    for (const [name, missing] of bySilence({})) {
      const isFed = /^(silent|heartbeat)-/.test(String(name));
      expect(missing, name).toBe(isFed ? 'breaching' : 'notBreaching');
    }
    for (const [name, missing] of bySilence(NO_HEARTBEAT)) expect(missing, name).toBe('notBreaching');
  });

  test('RegionAlarms counts errors as a share, from a least number of requests on', () => {
    const changes = { observability: { errorRatePercent: 7, errorRateRequestsMin: 80 } };
    const { expression, Threshold, ComparisonOperator } = alarmOf(watchedRegion({ changes }), 'api-errors');
    expect(expression).toBe('IF(requests >= 80, 100 * errors / requests, 0)');
    expect([Threshold, ComparisonOperator]).toEqual([7, 'GreaterThanThreshold']);
  });

  test('RegionAlarms takes latency and lag from the settings', () => {
    const changes = { observability: { latencyP99Ms: 900, replicationLagMs: 5_000 } };
    const template = watchedRegion({ changes });
    expect(alarmOf(template, 'api-latency')).toMatchObject({ Threshold: 900, ExtendedStatistic: 'p99' });
    expect(alarmOf(template, 'lag-eu-central-1')).toMatchObject({ Threshold: 5_000, Statistic: 'Average' });
  });

  test.each([
    ['health', 2_400],
    ['api', 8_000],
    ['conflicts', 48_000],
  ])("RegionAlarms rings when %s comes near its own timeout, Lambda's where it has none", (name, nearMs) => {
    expect(alarmOf(watchedRegion(), `function-${name}-duration`)).toMatchObject({ Threshold: nearMs });
  });

  test('RegionAlarms rings for silence alone on the metric that says how late writes are', () => {
    const silent = alarmOf(watchedRegion(), 'silent-eu-central-1');
    expect(silent).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 0 });
    expect(silent.metrics).toEqual(alarmOf(watchedRegion(), 'lag-eu-central-1').metrics);
  });

  test('RegionAlarms waits for a heartbeat for three minutes', () => {
    expect(alarmOf(watchedRegion(), 'heartbeat-eu-central-1')).toMatchObject({
      Threshold: 180_000,
      ComparisonOperator: 'GreaterThanThreshold',
      Statistic: 'Maximum',
    });
  });

  test.each<[string, WatchedRegionOptions, boolean]>([
    ['us-east-1', { regions: ['us-east-1', 'eu-west-1'], hasHealthCheck: true }, true],
    ['us-east-1 without a domain', { regions: ['us-east-1', 'eu-west-1'] }, false],
    ['any other Region', { regions: ['eu-west-1', 'us-east-1'], hasHealthCheck: true }, false],
  ])('RegionAlarms watches the health check of Route 53 where its metric is: %s', (_, options, isWatched) => {
    const alarm = alarmsOf(watchedRegion(options)).get('health-check');
    expect(alarm !== undefined).toBe(isWatched);
    if (alarm) expect(alarm).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 });
  });

  test.each<[string, WatchedRegionOptions, string[]]>([
    ['two Regions', {}, ['unhealthy', 'api-errors', 'function-health-throttles', 'function-api-throttles']],
    ['one function that serves', { serving: ['api'] }, ['unhealthy', 'api-errors', 'function-api-throttles']],
    [
      'a health check that is watched',
      { regions: ['us-east-1'], hasHealthCheck: true },
      ['unhealthy', 'api-errors', 'function-health-throttles', 'function-api-throttles', 'health-check'],
    ],
  ])('RegionAlarms joins alarms that are there into one for the Region, with %s', (_, options, names) => {
    const template = watchedRegion(options);
    const [composite, ...others] = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
    expect(others).toEqual([]);
    expect(composite?.Properties.AlarmName).toBe('shop-main-region-impaired');
    const rule = JSON.stringify(composite?.Properties.AlarmRule);
    const joined = [...rule.matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(([, id]) => id);
    const alarms = template.findResources('AWS::CloudWatch::Alarm');
    expect(joined.map((id) => alarms[String(id)]?.Properties.AlarmName)).toEqual(
      names.map((name) => `shop-main-${name}`),
    );
    expect(rule.match(/ALARM\(/g)).toHaveLength(names.length);
    expect(rule.match(/ OR /g)).toHaveLength(names.length - 1);
  });

  test('RegionAlarms has no alarm that its page does not tell of', async () => {
    const page = await readFile(join(ROOT, 'docs/observability.md'), 'utf8');
    const told = [...page.matchAll(/^\| `([^`]+)`/gm)].map(
      ([, name = '']) => new RegExp(`^${name.replace(/<name>|<peer>/, '.+')}$`),
    );
    const names = [
      ...alarmsOf(watchedRegion({ regions: ['us-east-1', 'eu-west-1'], hasHealthCheck: true })).keys(),
    ];
    expect(names.length).toBeGreaterThan(19);
    expect(names.filter((name) => !told.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  test('RegionAlarms costs about what the documentation says: metrics looked at, at $0.10', () => {
    const alarms = [...alarmsOf(watchedRegion()).values()];
    const looked = alarms.reduce((sum, { metrics }) => sum + metrics.length, 0);
    expect({ alarms: alarms.length, looked }).toEqual({ alarms: 19, looked: 21 });
  });
});
