import type { DrillReport, TrafficReport, TrafficSample } from '../../src/drill-report.ts';
import { DEFAULT_BUDGET } from '../traffic/default-budget.ts';

/** A drill as it could have been: the primary dies at 60 s, DNS leaves it at 152 s, and it comes back at 240 s. */
export function sampleReport(changes: Partial<TrafficReport> = {}): DrillReport {
  const scenario = { ...sampleScenario(), ...changes };
  return {
    target: 'twin at http://127.0.0.1:4000',
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 95_000,
    isKept: scenario.isKept,
    scenarios: [scenario],
    dataRuns: [],
  };
}

/** The scenario of {@link sampleReport}. */
export function sampleScenario(): TrafficReport {
  return {
    name: 'region-kill',
    description: 'The primary is killed while clients read and write, and started again.',
    seed: 1,
    timeScale: 20,
    regions: ['eu-west-1', 'eu-central-1'],
    startedAt: '2026-11-22T12:00:00.000Z',
    durationSeconds: 480,
    budget: DEFAULT_BUDGET,
    marks: [
      { atSeconds: 60, kind: 'fault', what: 'kill eu-west-1' },
      { atSeconds: 240, kind: 'heal', what: 'start eu-west-1' },
    ],
    samples: Array.from({ length: 1_920 }, (_, index) => sampleAt(index / 4, index)),
    dnsAnswers: [
      { atSeconds: 0, regions: ['eu-west-1'], addresses: ['127.0.1.10'] },
      { atSeconds: 152, regions: ['eu-central-1'], addresses: ['127.0.1.11'] },
      { atSeconds: 335, regions: ['eu-west-1'], addresses: ['127.0.1.10'] },
    ],
    checkStates: [
      ...[false, true].map((isCalculated) => [
        state(0, isCalculated, true),
        state(148, isCalculated, false),
        state(331, isCalculated, true),
      ]),
    ].flat(),
    vantages: [
      {
        ...{ vantage: 'dns', calls: 1_920, failed: 430, behind: 0, requestsPerCall: 1, movedAfterMs: 7_000 },
        meanwhile: { calls: 560, failed: 430, p50Ms: 3, p99Ms: 38, maxMs: 420 },
      },
    ],
    objectives: [
      {
        name: 'time to detect',
        relation: 'at most',
        limit: 99,
        measured: 88,
        unit: 's',
        isKept: true,
        because: '30 s x 3, and 10 %',
      },
      {
        name: 'acknowledged writes lost',
        relation: 'exactly',
        limit: 0,
        measured: 0,
        unit: 'writes',
        isKept: true,
        because: 'nothing acknowledged may be lost',
      },
    ],
    isKept: true,
    notes: ['Latencies are real milliseconds, times are model seconds.'],
    repeat: 'npm run drill -- --scenario region-kill --seed 1',
  };
}

function state(atSeconds: number, isCalculated: boolean, isHealthy: boolean) {
  return {
    atSeconds,
    check: `gsp-main-eu-west-1${isCalculated ? '' : '-endpoint'}`,
    kind: isCalculated ? ('calculated' as const) : ('endpoint' as const),
    inverted: false,
    isHealthy,
  };
}

function sampleAt(atSeconds: number, index: number): TrafficSample {
  const isDown = atSeconds >= 60 && atSeconds < 200;
  const isEarly = isDown && atSeconds > 152 && index % 3 > 0;
  const common = {
    atSeconds,
    kind: index % 2 === 0 ? ('read' as const) : ('write' as const),
    vantage: 'dns',
    client: `dns-${index % 6}`,
    requests: 1,
  };
  if (isDown && !isEarly)
    return { ...common, region: 'eu-west-1', outcome: 'failed', latencyMs: 3, reason: 'connection refused' };
  const isMoved = isEarly || (atSeconds >= 200 && atSeconds < 380);
  const latencyMs = 8 + (index % 17) + (isMoved ? 14 : 0) + (index % 97 === 0 ? 400 : 0);
  return {
    ...common,
    region: isMoved ? 'eu-central-1' : 'eu-west-1',
    outcome: latencyMs > 250 ? 'slow' : 'ok',
    latencyMs,
  };
}
