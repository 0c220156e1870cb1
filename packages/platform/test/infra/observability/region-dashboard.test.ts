import { describe, expect, test } from 'vitest';
import { dashboardBody, dashboardMetrics } from './dashboard-body.ts';
import { type WatchedRegionOptions, watchedRegion } from './watched-region.ts';

const THREE: WatchedRegionOptions = {
  regions: ['eu-west-1', 'eu-central-1', 'us-east-1'],
  changes: { routing: { policy: 'latency' } },
};

describe('RegionDashboard', () => {
  test.each<[string, WatchedRegionOptions]>([
    ['two Regions', {}],
    ['the other of two Regions', { region: 'eu-central-1' }],
    ['three Regions', THREE],
    ['one Region', { regions: ['eu-west-1'] }],
  ])('RegionDashboard is JSON in which every metric says in which Region it lives, with %s', (_, options) => {
    const regions = options.regions ?? ['eu-west-1', 'eu-central-1'];
    for (const { region, label, namespace } of dashboardMetrics(watchedRegion(options))) {
      expect(regions).toContain(region);
      expect(label).toBeTruthy();
      expect(namespace).toBeTruthy();
    }
  });

  test('RegionDashboard is named after its Region, as CloudWatch lists all together', () => {
    watchedRegion({ region: 'eu-central-1' }).hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: 'shop-main-eu-central-1',
    });
  });

  test('RegionDashboard fits the grid', () => {
    for (const { x, width } of dashboardBody(watchedRegion()).widgets)
      expect(x + width).toBeLessThanOrEqual(24);
  });

  test('RegionDashboard shows replication both ways between every two Regions, each where it is kept', () => {
    const shown = dashboardMetrics(watchedRegion(THREE));
    for (const [name, peerKey] of [
      ['ReplicationLatency', 'ReceivingRegion'],
      ['ReplicationLag', 'Peer'],
      ['HeartbeatAge', 'Peer'],
    ] as const) {
      const pairs = shown
        .filter((metric) => metric.name === name)
        .map(({ region, dimensions }) => `${region}>${dimensions[peerKey]}`);
      expect(pairs.sort()).toEqual([
        'eu-central-1>eu-west-1',
        'eu-central-1>us-east-1',
        'eu-west-1>eu-central-1',
        'eu-west-1>us-east-1',
        'us-east-1>eu-central-1',
        'us-east-1>eu-west-1',
      ]);
    }
  });

  test('RegionDashboard shows of its peers what has a computed name, and no API', () => {
    const ofPeer = dashboardMetrics(watchedRegion()).filter(({ region }) => region === 'eu-central-1');
    const namespaces = new Set(ofPeer.map(({ namespace }) => namespace));
    expect([...namespaces].sort()).toEqual(['AWS/DynamoDB', 'AWS/Lambda', 'GlobalServerlessPlatform']);
  });

  test.each<[string, WatchedRegionOptions, string[]]>([
    [
      'strong consistency',
      {
        regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
        changes: { table: { consistency: 'strong', timeToLive: false }, routing: { policy: 'latency' } },
      },
      ['ReplicationLatency', 'ConflictsDetected', 'IteratorAge'],
    ],
    [
      'heartbeat off',
      { changes: { observability: { heartbeat: false } } },
      ['ReplicationLag', 'HeartbeatAge'],
    ],
    ['one Region', { regions: ['eu-west-1'] }, ['ReplicationLatency', 'ReplicationLag', 'HeartbeatAge']],
  ])('RegionDashboard leaves out what nobody measures with %s', (_, options, names) => {
    const all = dashboardMetrics(watchedRegion({})).map(({ name }) => name);
    const shown = dashboardMetrics(watchedRegion(options)).map(({ name }) => name);
    for (const name of names) {
      expect(all).toContain(name);
      expect(shown).not.toContain(name);
    }
  });

  test('RegionDashboard shows the state of every alarm, and no such widget where there are none', () => {
    const template = watchedRegion();
    const [status] = dashboardBody(template).widgets.filter(({ type }) => type === 'alarm');
    const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    expect(status?.properties.alarms).toHaveLength(alarms.length + 1);
    for (const id of alarms) expect(status?.properties.alarms?.join()).toContain(id);
    const without = dashboardBody(watchedRegion({ changes: { observability: { alarms: false } } }));
    expect(without.widgets.filter(({ type }) => type === 'alarm')).toEqual([]);
  });
});
