import { CommandError } from '@gsp/cli-kit';
import { describe, expect, test } from 'vitest';
import { type RunDrillOptions, runDrill } from '../src/run-drill.ts';
import { allScenarios, type ScenarioName, scenarioNames, scenarios } from '../src/scenarios.ts';

const OPTIONS: RunDrillOptions = {
  ...{ scenarios: ['all'], seeds: [1], operations: undefined, twin: undefined, target: undefined },
  yesBreak: undefined,
  ...{ timeScale: 15, json: false, report: undefined, out: undefined },
};

describe('runDrill', () => {
  test('runDrill() refuses to break a deployed platform and names what works there', async () => {
    const asked = {
      ...OPTIONS,
      scenarios: ['region-kill', 'evacuate'],
      target: 'amplify_outputs.json',
    } as const;
    const refusal = runDrill(asked);
    await expect(refusal).rejects.toThrow(CommandError);
    await expect(refusal).rejects.toThrow(
      /^Cannot run region-kill against .*steady-state, evacuate, region-unhealthy, .* work\.$/,
    );
  });

  test('runDrill() refuses to have AWS break a twin', async () => {
    const asked = { ...OPTIONS, scenarios: ['region-unhealthy'], twin: 'http://127.0.0.1:1' } as const;
    await expect(runDrill(asked)).rejects.toThrow(/^Cannot run region-unhealthy on a twin: .*--target\.$/);
  });

  test('runDrill() refuses two things to drill', async () => {
    const asked = { ...OPTIONS, twin: 'http://127.0.0.1:1', target: 'amplify_outputs.json' };
    await expect(runDrill(asked)).rejects.toThrow(/^Cannot drill two things at once/);
  });

  test('runDrill() says so when no twin answers at --twin', async () => {
    const asked = { ...OPTIONS, scenarios: ['evacuate'], twin: 'http://127.0.0.1:1' } as const;
    await expect(runDrill(asked)).rejects.toThrow(/127\.0\.0\.1:1 does not answer/);
  });
});

describe('allScenarios', () => {
  test('allScenarios() is everything that breaks something on a twin, and what breaks nothing elsewhere', () => {
    const isBrokenByAws = (name: ScenarioName) => scenarios[name].experiment !== undefined;
    expect(allScenarios({ isTwin: true })).toEqual(
      scenarioNames.filter((name) => name !== 'steady-state' && !isBrokenByAws(name)),
    );
    expect(allScenarios({ isTwin: false })).toEqual(['steady-state', 'evacuate']);
  });
});
