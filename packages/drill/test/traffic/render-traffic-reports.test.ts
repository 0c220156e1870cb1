import { expect, test } from 'vitest';
import type { TrafficReport } from '../../src/drill-report.ts';
import { renderTrafficReports } from '../../src/traffic/render-traffic-reports.ts';
import { DEFAULT_BUDGET } from './default-budget.ts';

const REPORT: TrafficReport = {
  ...{ name: 'evacuate', description: '', seed: 7, timeScale: 15, regions: [], durationSeconds: 1 },
  startedAt: '2026-11-22T12:00:00.000Z',
  budget: DEFAULT_BUDGET,
  ...{ marks: [], samples: [], dnsAnswers: [], checkStates: [], notes: ['12 requests.'], isKept: false },
  vantages: [],
  objectives: [
    {
      ...{
        name: 'time to detect',
        relation: 'at most',
        limit: 91,
        measured: 95.26,
        unit: 's',
        isKept: false,
      },
      because: '30 s x 3 + 1 s',
    },
    {
      ...{
        name: 'time to move',
        relation: 'at most',
        limit: 166.1,
        measured: null,
        unit: 's',
        isKept: false,
      },
      because: '30 s x 3 + 1 s + 60 s TTL, and 10 %',
    },
    {
      ...{
        name: 'failed requests',
        relation: 'exactly',
        limit: 0,
        measured: 0,
        unit: 'requests',
        isKept: true,
      },
      because: 'every region could answer all the time',
    },
  ],
  repeat: 'npm run drill -- --scenario evacuate --seed 7',
};

test('renderTrafficReports() names what was missed, by how much and why, and how to see it again', () => {
  const text = renderTrafficReports([REPORT]);
  expect(text).toContain('MISSED time to detect: 95.3 s, at most 91 s is needed (30 s x 3 + 1 s).');
  expect(text).toContain('MISSED time to move: never, at most 166.1 s is needed');
  expect(text).toMatch(/failed requests +│ 0 requests +│ exactly 0 requests +│ kept/);
  expect(text).toContain('Run it again with: npm run drill -- --scenario evacuate --seed 7');
  expect(text).not.toContain('MISSED failed requests');
});
