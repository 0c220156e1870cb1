import { describe, expect, test } from 'vitest';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { parseChanges } from '../../src/topology/parse-changes.ts';
import { resolveStage } from '../../src/topology/resolve-stage.ts';
import { plain } from './topologies.ts';

const topology = defineTopology({
  ...plain,
  stages: { main: { observability: { latencyP99Ms: 900 }, budget: { monthlyUsd: 50, emails: ['a@b.io'] } } },
});

const place = (backendType: 'branch' | 'sandbox', changes?: ReturnType<typeof parseChanges>) =>
  resolveStage(topology, { backendType, backendName: 'main', region: 'eu-west-1', changes });

describe('parseChanges', () => {
  test('parseChanges() gives what would stand in the topology', () => {
    expect(parseChanges('{"logs":{"retentionDays":3},"jwt":null}')).toEqual({
      logs: { retentionDays: 3 },
      jwt: null,
    });
  });

  test('parseChanges() says what is needed when it is no JSON', () => {
    expect(() => parseChanges('{')).toThrow("Cannot try the changes: changes: given '{', allowed JSON.");
  });

  test('parseChanges() names every issue, and a key that is none', () => {
    const attempt = () => parseChanges('{"logs":{"retentionDays":2},"tables":{}}');
    expect(attempt).toThrow('logs.retentionDays: ');
    expect(attempt).toThrow('["tables"]');
  });

  test('parseChanges() takes no branch: what is tried out is deployed from nowhere', () => {
    expect(() => parseChanges('{"branch":"x"}')).toThrow('["branch"]');
  });
});

describe('resolveStage with changes', () => {
  test("resolveStage() puts changes on top of the stage's own settings", () => {
    const { settings } = place('branch', { observability: { alarms: false } });
    expect(settings.observability).toMatchObject({ alarms: false, latencyP99Ms: 900 });
  });

  test('resolveStage() refuses changes that do not fit together', () => {
    expect(() => place('branch', { observability: { alarms: false, alarmTopic: true } })).toThrow(
      "Cannot try changes of stage 'main': observability.alarmTopic",
    );
  });

  test('resolveStage() gives a sandbox neither alarms nor dashboard nor budget', () => {
    const { settings } = place('sandbox');
    expect(settings.observability).toMatchObject({ alarms: false, dashboard: false, alarmTopic: false });
    expect(settings.observability.heartbeat).toBe(true);
    expect(settings.budget).toBeNull();
    expect(place('branch').settings.budget).toEqual({ monthlyUsd: 50, emails: ['a@b.io'] });
  });
});
