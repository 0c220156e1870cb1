import { CommandError } from '@gsp/cli-kit';
import { defineTopology, type TopologyInput } from '@gsp/platform/topology';
import { describe, expect, test } from 'vitest';
import { type CheckResult, renderResults, summarize } from '../../src/doctor/check-result.ts';
import { checkFailoverBudget } from '../../src/doctor/check-settings.ts';
import { checkNodeVersion } from '../../src/doctor/check-tools.ts';
import { examine } from '../../src/doctor/examine.ts';
import { stagesOf } from '../../src/doctor/examined-stage.ts';

const input: TopologyInput = { project: 'gsp', regions: ['eu-west-1', 'eu-central-1'], stages: { main: {} } };

function findings(changes: Partial<TopologyInput> = {}, stage?: string): readonly CheckResult[] {
  return examine({ nodeVersion: '24.0.0', topology: defineTopology({ ...input, ...changes }), stage });
}

function finding(check: string, stage: string | null, all: readonly CheckResult[]): CheckResult {
  const found = all.find((one) => one.check === check && one.stage === stage);
  if (found === undefined) throw new Error(`No finding of ${check} about ${stage}`);
  return found;
}

describe('checkNodeVersion()', () => {
  test.each(['20.19.0', 'v20.20.2', '22.12.0', '24.0.0', '25.1.0'])(
    'checkNodeVersion() accepts %s, which is supported',
    (version) => expect(checkNodeVersion(version).level).toBe('ok'),
  );

  test.each(['18.20.0', '20.18.9', '21.7.0', '22.11.0', '23.9.0', 'nonsense'])(
    'checkNodeVersion() is a fault with what to do when Node is %s',
    (version) => expect(checkNodeVersion(version)).toMatchObject({ level: 'fault', remedy: /nvm/ }),
  );
});

describe('examine()', () => {
  test('examine() tells the failover budget as arithmetic', () => {
    expect(finding('failover budget', 'main', findings())).toMatchObject({
      level: 'ok',
      what: '30 s x 3 + 60 s = 150 s, 150 s are allowed',
    });
    const fast = findings({ routing: { failoverBudgetSeconds: 100, healthCheck: { intervalSeconds: 10 } } });
    expect(finding('failover budget', 'main', fast).what).toBe('10 s x 3 + 60 s = 90 s, 100 s are allowed');
  });

  test('examine() warns that open connections stay when traffic can move at all', () => {
    expect(finding('open connections', null, findings())).toMatchObject({ level: 'warning' });
    const alone = findings({ stages: { main: { regions: ['eu-west-1'] } } }, 'main');
    expect(alone.some(({ check }) => check === 'open connections')).toBe(false);
  });

  test('examine() names a stage of one region, which nothing takes over from', () => {
    const all = findings({ stages: { main: {}, dev: { regions: ['eu-west-1'] } } });
    expect(finding('regions', 'main', all)).toMatchObject({
      level: 'ok',
      what: 'eu-west-1 (primary), eu-central-1',
    });
    expect(finding('regions', 'dev', all)).toMatchObject({
      level: 'warning',
      what: 'A single region: eu-west-1',
    });
    expect(finding('regions', 'preview', all)).toMatchObject({ level: 'note' });
    expect(all.some(({ check, stage }) => check === 'failover budget' && stage === 'dev')).toBe(false);
  });

  test.each([
    [null, 'note', /No domain/],
    [{ zoneName: 'example.com', hostedZoneId: null }, 'warning', /example\.com waits for the id/],
    [{ zoneName: 'example.com', hostedZoneId: 'Z0123456789' }, 'ok', /api\.example\.com, routed by failover/],
  ] as const)('examine() says how far the domain is when it is %j', (domain, level, what) => {
    const all = findings({ domain });
    expect(finding('domain', 'main', all)).toMatchObject({ level, what: expect.stringMatching(what) });
    expect(finding('domain', 'sandbox', all)).toMatchObject({ level: 'note' });
  });

  test('examine() looks at one stage when it is asked to', () => {
    const stages = new Set(findings({ stages: { main: {}, dev: {} } }, 'dev').map(({ stage }) => stage));
    expect([...stages]).toEqual([null, 'dev']);
    expect(() => findings({}, 'nope')).toThrow(CommandError);
    expect(() => findings({}, 'nope')).toThrow(/has main, preview, sandbox/);
  });

  test("examine() tells a broken topology's faults one by one, with their remedies", () => {
    const broken = { ...input, project: 'X', regions: ['eu-west-9'] };
    let error: unknown;
    try {
      defineTopology(broken);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof Error)) throw new Error('the topology was taken');
    const all = examine({ nodeVersion: '24.0.0', topology: error, stage: undefined });
    const faults = all.filter(({ level }) => level === 'fault');
    expect(faults.map(({ what }) => what.split(':')[0])).toEqual(['project', 'regions[0]']);
    for (const { remedy } of faults) expect(remedy).toMatch(/\.$/);
    expect(summarize(all)).toBe('2 faults, 0 warnings');
  });

  test('examine() tells a topology that cannot be loaded as a fault', () => {
    const all = examine({
      nodeVersion: '24.0.0',
      topology: new SyntaxError('Unexpected }'),
      stage: undefined,
    });
    expect(finding('topology', null, all)).toMatchObject({
      level: 'fault',
      what: expect.stringContaining('Unexpected }'),
    });
  });
});

describe('checkFailoverBudget()', () => {
  test('checkFailoverBudget() is a fault when the checks take longer than is allowed', () => {
    const [stage] = stagesOf(defineTopology(input), 'main');
    if (stage === undefined) throw new Error('there is a stage');
    const routing = { ...stage.settings.routing, failoverBudgetSeconds: 149 };
    const strict = { ...stage, settings: { ...stage.settings, routing } };
    expect(checkFailoverBudget(strict)).toMatchObject({
      level: 'fault',
      what: /150 s, but 149 s are allowed/,
    });
  });
});

describe('renderResults()', () => {
  test('renderResults() puts what concerns no stage first, and why and remedy beneath each', () => {
    const text = renderResults([
      { check: 'a', stage: 'main', level: 'warning', what: 'what', why: 'why', remedy: 'remedy' },
      { check: 'b', stage: null, level: 'ok', what: 'fine' },
    ]);
    expect(text).toBe('Here\n  ✔ b: fine\n\nStage main\n  ! a: what\n      why\n      → remedy');
  });
});
