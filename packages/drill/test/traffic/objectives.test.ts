import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TrafficSample } from '../../src/drill-report.ts';
import { promises, type Verdict } from '../../src/judge/judge.ts';
import { measureObjectives } from '../../src/traffic/objectives.ts';
import type { TrafficRecord } from '../../src/traffic/traffic-recording.ts';
import { type TrafficScenarioName, trafficScenarioNames } from '../../src/traffic/traffic-scenarios.ts';
import { DEFAULT_BUDGET } from './default-budget.ts';

const [HOME, AWAY] = ['eu-west-1', 'eu-central-1'] as const;
const NO_BREACH = Object.fromEntries(promises.map((name) => [name, []])) as unknown as Verdict;

/** A failover, told by its times: what a drill would have recorded. */
interface Story {
  readonly detectSeconds: number;
  readonly moveSeconds: number;
  readonly returnSeconds: number;
}

const GOOD: Story = { detectSeconds: 88, moveSeconds: 145, returnSeconds: 140 };
const [FAULT, HEAL, END] = [100, 400, 800] as const;
const CLIENTS = ['dns-0', 'dns-1', 'dns-2', 'dns-3'];
const LIBRARY_CLIENTS = ['client-0', 'client-1'];

/** What the platform's client would have recorded: it leaves the region at once, and comes back when it may. */
function clientLibrarySamples(): TrafficSample[] {
  return LIBRARY_CLIENTS.flatMap((client) =>
    Array.from({ length: END / 5 }, (_, beat): TrafficSample => {
      const atSeconds = beat * 5;
      const isAway = atSeconds >= FAULT && atSeconds < HEAL;
      const common = { atSeconds, client, vantage: 'client', kind: 'read', outcome: 'ok' } as const;
      return { ...common, region: isAway ? AWAY : HOME, latencyMs: isAway ? 40 : 10, requests: 1 };
    }),
  );
}

/** Two clients share the way to `moveSeconds`: the last one arrives then. */
function recordOf(
  { detectSeconds, moveSeconds, returnSeconds }: Story,
  change: Partial<TrafficRecord> = {},
): TrafficRecord {
  const samples = CLIENTS.flatMap((client, index): TrafficSample[] => {
    const share = (index + 1) / CLIENTS.length;
    return Array.from({ length: END / 5 }, (_, beat): TrafficSample => {
      const atSeconds = beat * 5;
      const isAway = atSeconds >= FAULT + moveSeconds * share && atSeconds < HEAL + returnSeconds * share;
      const isDead = !isAway && atSeconds >= FAULT && atSeconds < HEAL;
      return {
        ...{
          atSeconds,
          client,
          vantage: 'dns',
          requests: 1,
          kind: beat % 2 === 0 ? 'read' : 'write',
          latencyMs: 10,
        },
        region: isAway ? AWAY : HOME,
        outcome: isDead ? 'failed' : 'ok',
      };
    });
  });
  const check = { kind: 'calculated', inverted: false } as const;
  return {
    marks: [
      { atSeconds: FAULT, kind: 'fault', what: `kill ${HOME}` },
      { atSeconds: HEAL, kind: 'heal', what: `start ${HOME}` },
    ],
    samples: [...samples, ...clientLibrarySamples()].toSorted((a, b) => a.atSeconds - b.atSeconds),
    dnsAnswers: [
      { atSeconds: 0, regions: [HOME], addresses: ['127.0.1.10'] },
      { atSeconds: FAULT + detectSeconds, regions: [AWAY], addresses: ['127.0.1.11'] },
      { atSeconds: HEAL + 80, regions: [HOME], addresses: ['127.0.1.10'] },
    ],
    checkStates: [
      { ...check, atSeconds: 0, check: HOME, isHealthy: true },
      { ...check, atSeconds: 0, check: AWAY, isHealthy: true },
      { ...check, atSeconds: FAULT + detectSeconds, check: HOME, isHealthy: false },
      { ...check, atSeconds: HEAL + 80, check: HOME, isHealthy: true },
    ],
    backlogs: [
      { atSeconds: FAULT + 1, records: 3 },
      { atSeconds: HEAL + 4, records: 0 },
    ],
    ttlSeconds: 60,
    timeScale: 15,
    isTwin: true,
    regions: [HOME, AWAY],
    primary: HOME,
    victim: HOME,
    faultedAtSeconds: FAULT,
    healedAtSeconds: HEAL,
    obedient: ['dns'],
    baselines: {},
    verdictChecks: { [HOME]: HOME, [AWAY]: AWAY },
    budget: DEFAULT_BUDGET,
    unhealthyAtStart: [],
    checkerTimeoutSeconds: 0.5,
    verdict: NO_BREACH,
    ...change,
  };
}

function missed(scenario: TrafficScenarioName, record: TrafficRecord): string[] {
  return measureObjectives(scenario, record)
    .filter(({ isKept }) => !isKept)
    .map(({ name }) => name);
}

describe('measureObjectives', () => {
  test('measureObjectives() finds a failover that keeps to its arithmetic in order', () => {
    expect(missed('region-kill', recordOf(GOOD))).toEqual([]);
  });

  test('measureObjectives() has objectives about data and about requests for every scenario that writes', () => {
    for (const scenario of trafficScenarioNames.filter((name) => name !== 'steady-state')) {
      const names = measureObjectives(scenario, recordOf(GOOD)).map(({ name }) => name);
      expect(names, scenario).toContain('acknowledged writes lost');
      expect(names.join(), scenario).toContain('failed requests');
      expect(names, scenario).toContain('unhealthy checks at the start');
    }
  });

  test('measureObjectives() takes a move within a tenth of the arithmetic, and none beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 220 }), (moveSeconds) => {
        const found = missed('region-kill', recordOf({ ...GOOD, moveSeconds }));
        // Clients ask every five seconds, so that the last one is seen to arrive at the next multiple of it.
        const seen = Math.ceil(moveSeconds / 5) * 5;
        expect(found.includes('time to move')).toBe(seen > 165);
        expect(found.includes('time to move, not sooner than')).toBe(seen < 135);
        expect(found.includes('failed requests outside the time to move')).toBe(seen > 170);
      }),
    );
  });

  test('measureObjectives() never takes something for done that did not happen', () => {
    const never = { detectSeconds: 1_000, moveSeconds: 1_000, returnSeconds: 1_000 };
    const found = measureObjectives('region-kill', recordOf(never));
    for (const name of ['time to detect', 'time to move', 'time to return']) {
      expect(found.find((objective) => objective.name === name)).toMatchObject({
        measured: null,
        isKept: false,
      });
    }
  });

  test('measureObjectives() counts one failed request outside of the move', () => {
    const record = recordOf(GOOD);
    const at = (atSeconds: number, reason?: string) => ({
      ...record,
      samples: record.samples.map((sample) =>
        sample.atSeconds === atSeconds && sample.client === 'dns-0'
          ? { ...sample, outcome: 'failed' as const, ...(reason === undefined ? {} : { reason }) }
          : sample,
      ),
    });
    expect(missed('region-kill', at(50))).toEqual(['failed requests outside the time to move']);
    expect(missed('region-kill', at(300))).toContain('failed requests outside the time to move');
    expect(missed('region-kill', at(FAULT + 20))).toEqual([]);
    expect(missed('region-kill', at(300, 'HTTP 503 replica-behind'))).toEqual([]);
    expect(missed('evacuate', at(FAULT + 20, 'HTTP 503 replica-behind'))).toContain('failed requests');
  });

  test('measureObjectives() wants an evacuation seen within interval x threshold + 1 s, and not a request to fail', () => {
    const record = recordOf({ ...GOOD, moveSeconds: 120 });
    const samples = record.samples.map((sample) => ({ ...sample, outcome: 'ok' as const }));
    const evacuated = (detectSeconds: number) => ({
      ...recordOf({ ...GOOD, moveSeconds: 120, detectSeconds }),
      samples,
    });
    expect(missed('evacuate', evacuated(91))).toEqual([]);
    expect(missed('evacuate', evacuated(91.1))).toEqual(['time to detect']);
    expect(missed('evacuate', { ...record, samples: record.samples })).toContain('failed requests');
  });

  test.each(promises)('measureObjectives() names it when the promise of %s was broken', (promise) => {
    const verdict: Verdict = { ...NO_BREACH, [promise]: [{ subject: 'p/s', detail: 'gone' }] };
    expect(missed('failback', recordOf(GOOD, { verdict }))).toHaveLength(1);
  });

  test('measureObjectives() wants the time to live of an alias, in whole seconds of the twin', () => {
    expect(missed('evacuate', recordOf(GOOD, { ttlSeconds: 300 }))).toContain('time to live of an answer');
    const scaled = recordOf(GOOD, { timeScale: 7, ttlSeconds: 63 });
    expect(missed('evacuate', scaled)).not.toContain('time to live of an answer');
  });

  test('measureObjectives() wants a cut to show, the primary to stay, and the backlog to go', () => {
    const calm = recordOf(GOOD);
    const samples = calm.samples.map((sample) => ({ ...sample, outcome: 'ok' as const, region: HOME }));
    const [home] = calm.dnsAnswers;
    const record = { ...calm, samples, dnsAnswers: home === undefined ? [] : [home] };
    expect(missed('replication-cut', record)).toEqual([]);
    expect(missed('replication-cut', { ...record, dnsAnswers: calm.dnsAnswers })).toEqual([
      'answers that left the primary',
    ]);
    expect(missed('replication-cut', { ...record, backlogs: [{ atSeconds: 500, records: 0 }] })).toEqual([
      'records that waited at most',
      'backlog drained after',
    ]);
  });

  test('measureObjectives() takes a backlog for drained when it is no longer than before the fault', () => {
    const drain = (records: number) =>
      missed(
        'failback',
        recordOf(GOOD, {
          backlogs: [
            { atSeconds: 50, records: 4 },
            { atSeconds: FAULT + 10, records: 90 },
            { atSeconds: HEAL + 10, records },
          ],
        }),
      );
    expect(drain(4)).toEqual([]);
    expect(drain(5)).toEqual(['backlog drained after']);
  });

  test('measureObjectives() wants the primary answered when no region is healthy', () => {
    const calm = recordOf(GOOD);
    const samples = calm.samples.map((sample) => ({ ...sample, outcome: 'ok' as const }));
    const both = [
      ...calm.checkStates,
      ...[FAULT + 95, HEAL + 60].map((atSeconds, index) => ({
        ...{ atSeconds, check: AWAY, kind: 'calculated' as const, inverted: false, isHealthy: index === 1 },
      })),
    ];
    const answers = (regions: readonly string[]) => [
      { atSeconds: 0, regions: [HOME], addresses: [] },
      { atSeconds: FAULT + 88, regions: [AWAY], addresses: [] },
      { atSeconds: FAULT + 96, regions, addresses: [] },
    ];
    const open = { ...calm, samples, checkStates: both, dnsAnswers: answers([HOME]) };
    expect(missed('all-unhealthy', open)).toEqual([]);
    expect(missed('all-unhealthy', { ...open, dnsAnswers: answers([AWAY]) })).toEqual([
      'answers other than the primary meanwhile',
    ]);
    expect(missed('all-unhealthy', { ...open, dnsAnswers: answers([]) })).toHaveLength(1);
    expect(missed('all-unhealthy', { ...open, checkStates: calm.checkStates })).toContain(
      'time with no healthy region',
    );
  });

  test('measureObjectives() leaves out what a deployed platform does not show', () => {
    const deployed = recordOf(GOOD, { isTwin: false, verdictChecks: {}, backlogs: [] });
    const names = measureObjectives('evacuate', deployed).map(({ name }) => name);
    expect(names).not.toContain('time to detect');
    expect(names).not.toContain('backlog drained after');
    expect(names).toEqual(expect.arrayContaining(['time to move', 'failed requests']));
  });
});
