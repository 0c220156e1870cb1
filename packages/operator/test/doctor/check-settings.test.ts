import { defineTopology, type TopologyInput } from '@gsp/platform/topology';
import { describe, expect, test } from 'vitest';
import { checkSettings } from '../../src/doctor/check-settings.ts';
import { stagesOf } from '../../src/doctor/examined-stage.ts';

const domain = { zoneName: 'example.com', hostedZoneId: 'Z0123' };
const meant = {
  table: { deletionProtection: true },
  cors: { allowOrigins: ['https://app.example.com'] },
};

function found(main: NonNullable<TopologyInput['stages']>[string], stage = 'main') {
  const topology = defineTopology({
    project: 'shop',
    regions: ['eu-west-1', 'eu-central-1'],
    stages: { main },
  });
  return stagesOf(topology, stage).flatMap((examined) => checkSettings(examined));
}

describe('checkSettings()', () => {
  test.each([
    ['the stage has no domain', {}],
    ['all is meant', { domain, ...meant }],
  ])('checkSettings() has nothing to say when %s', (_, main) => {
    expect(found(main)).toEqual([]);
  });

  test.each([
    ['table may be deleted', { domain, cors: meant.cors }, 'warning', /goes away with its stack/],
    [
      'pages are refused, whoever serves them',
      { domain, table: meant.table },
      'warning',
      /No page may call it/,
    ],
    [
      'functions log everything',
      { domain, ...meant, logs: { level: 'debug' as const } },
      'note',
      /level debug/,
    ],
  ] as const)('checkSettings() tells of a stage with a domain when its %s', (_, main, level, words) => {
    expect(found(main)).toMatchObject([{ stage: 'main', level, what: expect.stringMatching(words) }]);
  });

  test('checkSettings() has nothing to say of what goes away again', () => {
    expect(found({ domain }, 'preview')).toEqual([]);
    expect(found({ domain }, 'sandbox')).toEqual([]);
  });
});
