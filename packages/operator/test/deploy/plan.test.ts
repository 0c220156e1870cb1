import { expect, test } from 'vitest';
import type { Forecast } from '../../src/forecast/judge-forecast.ts';
import { openDeployHarness } from './deploy-harness.ts';
import { PRIMARY, SECONDARY } from './fake-stage.ts';

const forecast: Forecast = {
  isClear: true,
  stacks: [
    {
      ...{ region: PRIMARY, stack: 'backend', isNew: false, refusals: [], losses: [] },
      changes: [
        {
          logicalId: 'platform/Api',
          type: 'AWS::ApiGatewayV2::Api',
          impact: 'updated',
          properties: ['Name'],
        },
      ],
    },
  ],
};

test('deploy() with plan shows what would change and in which order, and changes nothing', async () => {
  const { deployed, dependencies, run, stage } = await openDeployHarness();
  const revision = await stage.commit('one');
  const first = await run({ plan: true });
  expect(first).toEqual({
    error: null,
    result: {
      ...{ stage: 'main', revision, order: [PRIMARY, SECONDARY], forecast: null, afterDeploy: [] },
      reason: expect.stringContaining('primary first'),
    },
  });
  dependencies.forecast = forecast;
  expect((await run({ plan: true })).result).toMatchObject({ forecast });
  expect(deployed()).toEqual([]);
  expect(stage.wire.calls.every(({ action }) => /^(Get|List|Describe)/.test(action))).toBe(true);
  expect(stage.wire.unexpected).toEqual([]);
});

test('deploy() hands on what may be replaced, and ends before anything is touched where a finding stands against it', async () => {
  const { deployed, dependencies, run, stage, told } = await openDeployHarness();
  await stage.commit('one');
  const what = 'eu-west-1: replaced platform/Api: loses its address';
  dependencies.findings = [{ check: 'forecast', stage: 'main', level: 'fault', what }];
  const { error } = await run({ allowReplace: ['Other'] });
  expect(error?.message).toContain(what);
  expect(dependencies.examined).toMatchObject([{ forecast: { allowed: ['Other'] } }]);
  expect(dependencies.examined[0]?.forecast.identityOf?.(PRIMARY)).toEqual({
    ...{ type: 'standalone', namespace: 'main', name: 'backend' },
  });
  expect(deployed()).toEqual([]);
  expect(told).toEqual([]);
});

test('deploy() says in the plan and at the end what is to be run afterwards', async () => {
  const { dependencies, noted, run, stage } = await openDeployHarness();
  await stage.commit('one');
  const [what, afterDeploy] = ["The next deploy adds the index 'byCity' to 'order'", 'npm run reindex'];
  dependencies.findings = [{ check: 'entities', stage: 'main', level: 'note', what, afterDeploy }];
  expect((await run({ plan: true })).result).toMatchObject({ afterDeploy: [afterDeploy] });
  expect(noted).toContain(`${what}. Once every region has it: ${afterDeploy}`);
  expect(await run()).toMatchObject({ error: null, result: { isGood: true, afterDeploy: [afterDeploy] } });
});
