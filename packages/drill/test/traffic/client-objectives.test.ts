import { describe, expect, test } from 'vitest';
import type { TrafficSample } from '../../src/drill-report.ts';
import { clientAtRest, clientThrough } from '../../src/traffic/client-objectives.ts';
import { failureWindow, measureObserver, measureObservers } from '../../src/traffic/measure.ts';
import type { Objective } from '../../src/traffic/objective.ts';
import { renderObservers } from '../../src/traffic/render-traffic-reports.ts';
import { summarizeObserver } from '../../src/traffic/report-traffic.ts';
import type { TrafficRecord } from '../../src/traffic/traffic-recording.ts';
import { sampleScenario } from '../report-html/sample-report.ts';
import { DEFAULT_BUDGET } from './default-budget.ts';

const [HOME, AWAY] = ['eu-west-1', 'eu-central-1'] as const;
const [FAULT, MOVED, HEAL, END] = [100, 240, 400, 600] as const;
const TIME_SCALE = 15;
const THROUGH = clientThrough(1_000);

type Change = (sample: TrafficSample) => Partial<TrafficSample>;

/** Clients that follow DNS fail until 140 s after the fault; those of the library are answered elsewhere at once. */
function recordOf(change: Change = () => ({}), isWithout = false): TrafficRecord {
  const beats = Array.from({ length: END / 5 }, (_, beat) => beat * 5);
  const common = { kind: 'read', requests: 1, latencyMs: 10, outcome: 'ok' } as const;
  const followers = beats.map((atSeconds): TrafficSample => {
    const isAway = atSeconds >= MOVED && atSeconds < HEAL;
    const isLost = atSeconds >= FAULT && atSeconds < MOVED;
    const outcome = isLost ? 'failed' : 'ok';
    return { ...common, outcome, atSeconds, vantage: 'dns', client: 'dns-0', region: isAway ? AWAY : HOME };
  });
  const library = ['client-0', 'client-1'].flatMap((client) =>
    beats.map((atSeconds): TrafficSample => {
      const isAway = atSeconds >= FAULT && atSeconds < HEAL;
      const sample = { ...common, atSeconds, vantage: 'client', client, region: isAway ? AWAY : HOME };
      return { ...sample, ...change(sample) };
    }),
  );
  return {
    marks: [
      { atSeconds: FAULT, kind: 'fault', what: 'kill' },
      { atSeconds: HEAL, kind: 'heal', what: 'start' },
    ],
    samples: [...followers, ...(isWithout ? [] : library)].sort((a, b) => a.atSeconds - b.atSeconds),
    ...{ dnsAnswers: [], checkStates: [], backlogs: [], ttlSeconds: 60, timeScale: TIME_SCALE, isTwin: true },
    ...{ regions: [HOME, AWAY], primary: HOME, victim: HOME, faultedAtSeconds: FAULT, healedAtSeconds: HEAL },
    ...{ obedient: ['dns'], baselines: {}, verdictChecks: {}, budget: DEFAULT_BUDGET, unhealthyAtStart: [] },
    ...{ checkerTimeoutSeconds: 0.5, verdict: null },
  };
}

const measured = (objectives: readonly Objective[], record: TrafficRecord) =>
  Object.fromEntries(objectives.map((objective) => [objective.name, objective.measure(record)]));

describe('clientThrough', () => {
  test('clientThrough() finds nothing failed, fast calls and one request each when the client fails over', () => {
    expect(measured(THROUGH, recordOf())).toEqual({
      'failed calls of the client': 0,
      "p99 of the client's calls meanwhile": 10,
      'requests for a call of the client': 1,
    });
  });

  test('clientThrough() counts a failed call, whenever it was', () => {
    for (const at of [0, FAULT, MOVED, END - 5]) {
      const record = recordOf(({ atSeconds }) =>
        atSeconds === at ? { outcome: 'failed', reason: 'no answer' } : {},
      );
      expect(measured(THROUGH, record)['failed calls of the client'], `at ${at} s`).toBe(2);
    }
  });

  test('clientThrough() counts reads that are told the truth about their session apart', () => {
    const record = recordOf(({ atSeconds }) =>
      atSeconds === FAULT ? { outcome: 'failed', reason: 'HTTP 503 replica-behind', latencyMs: 5_000 } : {},
    );
    expect(measured(THROUGH, record)['failed calls of the client']).toBe(0);
    expect(measured(THROUGH, record)["p99 of the client's calls meanwhile"]).toBe(10);
    expect(measureObserver(record, 'client').behind).toBe(2);
  });

  test('clientThrough() sees slow calls from the fault until DNS has moved, and those under way at the fault', () => {
    const slowAt = (at: number, latencyMs: number) =>
      measured(
        THROUGH,
        recordOf((sample) => (sample.atSeconds === at ? { latencyMs } : {})),
      )["p99 of the client's calls meanwhile"];
    expect(slowAt(FAULT, 1_500)).toBe(1_500);
    expect(slowAt(MOVED - 5, 1_500)).toBe(1_500);
    expect(slowAt(MOVED, 1_500)).toBe(10);
    // 5 model seconds before the fault are a third of a real one.
    expect(slowAt(FAULT - 5, 1_500)).toBe(1_500);
    expect(slowAt(FAULT - 5, 300)).toBe(10);
  });

  test('clientThrough() counts what was sent before the fault, and not what the fault made necessary', () => {
    const record = recordOf(({ atSeconds }) => ({
      requests: atSeconds >= FAULT ? 3 : atSeconds === 0 ? 2 : 1,
    }));
    expect(measured(THROUGH, record)['requests for a call of the client']).toBeCloseTo(1 + 1 / 20);
  });

  test('clientThrough() adds what the client sent before the clock began', () => {
    const record = {
      ...recordOf(),
      baselines: { client: { calls: 60, requests: 70 }, dns: { calls: 1, requests: 9 } },
    };
    expect(measured(THROUGH, record)['requests for a call of the client']).toBeCloseTo((40 + 70) / 100);
  });

  test('clientThrough() measures nothing when there was no client', () => {
    expect(Object.values(measured(THROUGH, recordOf(undefined, true)))).toEqual([null, null, null]);
  });

  test('clientThrough() measures no latency when nobody called meanwhile', () => {
    const record = recordOf(({ atSeconds }) => (atSeconds >= FAULT ? { atSeconds: END } : {}));
    expect(measured(THROUGH, record)["p99 of the client's calls meanwhile"]).toBeNull();
  });
});

describe('clientAtRest', () => {
  test('clientAtRest() takes the whole run for steady when nothing was broken', () => {
    const record = {
      ...recordOf(() => ({ requests: 2 })),
      marks: [],
      faultedAtSeconds: null,
      healedAtSeconds: null,
    };
    expect(measured(clientAtRest, record)).toEqual({
      'failed calls of the client': 0,
      'requests for a call of the client': 2,
    });
  });
});

describe('failureWindow', () => {
  test('failureWindow() ends when those who follow DNS have moved, and when it was healed if they never did', () => {
    const record = recordOf();
    expect(failureWindow(record)).toEqual({ fromSeconds: FAULT, untilSeconds: MOVED });
    const stuck = record.samples.map((sample) => ({ ...sample, region: HOME }));
    expect(failureWindow({ ...record, samples: stuck })).toEqual({ fromSeconds: FAULT, untilSeconds: HEAL });
    expect(failureWindow({ ...record, faultedAtSeconds: null })).toBeNull();
  });
});

describe('measureObservers', () => {
  test('measureObservers() tells the observers apart, and how soon each was served elsewhere', () => {
    const [dns, client] = measureObservers(recordOf());
    expect(dns).toMatchObject({ vantage: 'dns', failed: 28, meanwhile: { calls: 28, failed: 28 } });
    expect(client).toMatchObject({ vantage: 'client', failed: 0, meanwhile: { calls: 56, failed: 0 } });
    // Clients ask every third of a second, and are answered 10 ms later.
    expect(dns?.movedAfterMs).toBeCloseTo(((MOVED - FAULT) / TIME_SCALE) * 1_000 + 10);
    expect(client?.movedAfterMs).toBeCloseTo(10);
  });

  test('measureObservers() takes nobody for moved when one client never was', () => {
    const record = recordOf(({ client }) => (client === 'client-1' ? { region: HOME } : {}));
    expect(measureObserver(record, 'client').movedAfterMs).toBeNull();
  });
});

describe('summarizeObserver', () => {
  test('summarizeObserver() says what users noticed, and never rounds a failure away', () => {
    const [dns, client] = measureObservers(recordOf());
    if (dns === undefined || client === undefined) throw new Error('two observers are there');
    expect(summarizeObserver(client)).toBe(
      'client: 240 calls, none failed; meanwhile 100 % answered, p50 10 ms, p99 10 ms, the slowest 10 ms; ' +
        'every client answered by another region 10 ms after the fault; 1.00 requests a call before it.',
    );
    expect(summarizeObserver(dns)).toContain('28 failed; meanwhile 0 % answered');
    const meanwhile = { calls: 100_000, failed: 1, p50Ms: 1, p99Ms: 1, maxMs: 1 };
    expect(summarizeObserver({ ...dns, meanwhile })).toContain('meanwhile 99.9 % answered');
  });
});

describe('renderObservers', () => {
  test('renderObservers() draws an outage under the observer that had it, and none under the other', () => {
    const { samples, marks } = recordOf();
    const vantages = measureObservers(recordOf());
    const text = renderObservers([{ ...sampleScenario(), samples, marks, vantages, durationSeconds: END }]);
    const lineOf = (title: string) => text.split('\n').find((line) => line.includes(title)) ?? '';
    expect(lineOf('dns answered')).toMatch(/dns answered +█{9,10}_{13,14}█+$/);
    expect(lineOf('client answered')).toMatch(/client answered +█{56}$/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('renderObservers() has nothing to compare when there is one observer', () => {
    expect(renderObservers([sampleScenario()])).toBe('');
  });
});
