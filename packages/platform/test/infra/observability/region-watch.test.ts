import { describe, expect, test } from 'vitest';
import { alarmsOf, type WatchedRegionOptions, watchedRegion } from './watched-region.ts';

const TOPIC = 'AWS::SNS::Topic';

describe('RegionWatch', () => {
  test.each<[string, NonNullable<WatchedRegionOptions['changes']>['observability'], object]>([
    ['by default', {}, { alarms: true, composites: 1, dashboards: 1, topics: 0 }],
    ['without alarms', { alarms: false }, { alarms: false, composites: 0, dashboards: 1, topics: 0 }],
    ['without a dashboard', { dashboard: false }, { alarms: true, composites: 1, dashboards: 0, topics: 0 }],
    ['with a topic', { alarmTopic: true }, { alarms: true, composites: 1, dashboards: 1, topics: 1 }],
    [
      'with all off',
      { alarms: false, dashboard: false, heartbeat: false },
      { alarms: false, composites: 0, dashboards: 0, topics: 0 },
    ],
  ])('RegionWatch makes what the settings ask for %s', (_, observability, expected) => {
    const template = watchedRegion({ changes: { observability } });
    const count = (type: string) => Object.keys(template.findResources(type)).length;
    expect({
      alarms: count('AWS::CloudWatch::Alarm') > 0,
      composites: count('AWS::CloudWatch::CompositeAlarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      topics: count(TOPIC),
    }).toEqual(expected);
    expect(count('AWS::Logs::QueryDefinition')).toBe(6);
  });

  test('RegionWatch lets alarms tell nobody where there is no topic', () => {
    const template = watchedRegion();
    for (const { AlarmActions, OKActions } of alarmsOf(template).values()) {
      expect([AlarmActions, OKActions]).toEqual([undefined, undefined]);
    }
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::CompositeAlarm'))).not.toContain(
      'Actions',
    );
  });

  test.each<[string, WatchedRegionOptions]>([
    [
      'two Regions and a topic',
      { changes: { observability: { alarmTopic: true, alarmEmails: ['a@b.example'] } } },
    ],
    ['a health check in us-east-1', { regions: ['us-east-1'], hasHealthCheck: true }],
  ])('RegionWatch makes what CloudFormation takes, without a finding, with %s', (_, options) => {
    expect(() => watchedRegion({ ...options, strict: true })).not.toThrow();
  });

  test('RegionWatch refuses a function that nobody handed over', () => {
    expect(() => watchedRegion({ serving: ['api', 'apu'] })).toThrow(
      'Cannot watch apu: the functions are health, api, conflicts, one of them is needed',
    );
  });
});

describe('FunctionAlarms', () => {
  test('FunctionAlarms refuses a function whose timeout it cannot know', () => {
    expect(() => watchedRegion({ hasImportedFunction: true })).toThrow(
      'Cannot watch Platform/Imported: its timeout is unknown, a function of this stack is needed',
    );
  });
});
