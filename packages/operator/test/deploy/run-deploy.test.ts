import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runGit } from '../../src/deploy/checkout.ts';
import { openDeployHarness } from './deploy-harness.ts';
import { PRIMARY, SECONDARY } from './fake-stage.ts';

test('deploy() makes both regions, the primary first, and then updates them, the primary last', async () => {
  const { deployed, noted, record, run, stage } = await openDeployHarness();
  const first = await stage.commit('one');
  const { error, result } = await run();
  expect(error).toBeNull();
  expect(noted).toContainEqual(
    expect.stringMatching(/^Anyone may call .* a day in 2 regions\. Nobody is told/),
  );
  expect(deployed()).toEqual([`${PRIMARY} ${first}`, `${SECONDARY} ${first}`]);
  const [start] = stage.npx.starts;
  expect(start?.args.slice(0, 7)).toEqual([
    '--no-install',
    'ampx',
    'deploy',
    '--identifier',
    'main',
    '--backend',
    '-y',
  ]);
  expect(start?.env).toMatchObject({ AMPLIFY_DISABLE_TELEMETRY: '1', CDK_DISABLE_TELEMETRY: '1' });
  expect(result).toMatchObject({
    isGood: true,
    revision: first,
    regions: [
      { region: PRIMARY, outcome: 'proved', revisionNow: first },
      {
        region: SECONDARY,
        outcome: 'proved',
        replication: [
          { from: SECONDARY, to: PRIMARY },
          { from: PRIMARY, to: SECONDARY },
        ],
      },
    ],
  });
  expect(stage.parameters.has('/gsp/main/deploy-lock')).toBe(false);
  expect(await runGit(['status', '--porcelain'], { cwd: stage.rootDir })).toBe('');

  const second = await stage.commit('two');
  expect((await run()).error).toBeNull();
  expect(deployed().slice(2)).toEqual([`${SECONDARY} ${second}`, `${PRIMARY} ${second}`]);
  expect(record().regions[PRIMARY]).toMatchObject({
    revision: second,
    state: 'proved',
    previousRevision: first,
  });

  expect((await run()).result.regions.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'skipped',
    'skipped',
  ]);
  expect(stage.npx.starts).toHaveLength(4);
  expect(stage.wire.unexpected).toEqual([]);
});

test('deploy() waits for what an earlier run has begun before it deploys', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  await run();
  await stage.commit('two');
  const stack = { status: 'UPDATE_IN_PROGRESS', revision: 'x', updates: 2 };
  stage.stacks.set(SECONDARY, stack);
  stage.override = ({ action, region, input }) => {
    // Asked by its id: somebody waits for it. It is done when asked again.
    if (action === 'DescribeStackEvents' || region !== SECONDARY || input.StackName === undefined)
      return undefined;
    if (action === 'DescribeStacks') setImmediate(() => Object.assign(stack, { status: 'UPDATE_COMPLETE' }));
    return undefined;
  };
  const states: string[] = [];
  stage.onDeploy = ({ env }) => {
    if (env.AWS_REGION === SECONDARY) states.push(stack.status);
    return null;
  };
  expect((await run()).error).toBeNull();
  expect(states).toEqual(['UPDATE_COMPLETE']);
}, 60_000);

test('deploy() refuses while somebody else deploys, changes nothing, and breaks the lock when told to', async () => {
  const { run, stage, told } = await openDeployHarness();
  await stage.commit('one');
  const held = { id: 'other', by: 'ann@laptop', pid: 7, since: '2026-11-23T07:00:00.000Z' };
  stage.parameters.set('/gsp/main/deploy-lock', { value: JSON.stringify(held), version: 1 });
  expect((await run()).error?.message).toMatch(/^Cannot deploy main: ann@laptop \(process 7/);
  expect(stage.npx.starts).toEqual([]);
  expect(stage.parameters.get('/gsp/main/deploy-lock')?.value).toContain('ann@laptop');
  expect((await run({ breakLock: true })).error).toBeNull();
  expect(told.join()).toContain('held by ann@laptop');
});

test('deploy() stops before anything is created when there is a fault, with its remedy', async () => {
  const { run, stage, dependencies } = await openDeployHarness();
  await stage.commit('one');
  dependencies.findings = [
    {
      check: 'bootstrap',
      stage: 'main',
      level: 'fault',
      what: 'eu-west-1 is not bootstrapped',
      remedy: 'cdk bootstrap',
    },
  ];
  expect((await run()).error?.message).toMatch(
    /there is a fault.*Nothing was changed.*not bootstrapped.*→ cdk bootstrap/s,
  );
  expect(stage.parameters.size).toBe(0);
});

test('deploy() refuses a tree with changes, and marks what it deploys where it is told to go on', async () => {
  const { deployed, run, stage, told } = await openDeployHarness();
  const commit = await stage.commit('one');
  await writeFile(join(stage.rootDir, 'new.txt'), 'x');
  expect((await run()).error?.message).toMatch(/new\.txt differ from the last commit.*--allow-dirty/);
  expect(stage.npx.starts).toEqual([]);
  expect((await run({ allowDirty: true })).error).toBeNull();
  expect(told.join()).toContain('no rollback can come back to it');
  expect(deployed()).toEqual([`${PRIMARY} ${commit}-dirty`, `${SECONDARY} ${commit}-dirty`]);
  expect((await run({ allowDirty: true })).error).toBeNull();
  expect(stage.npx.starts).toHaveLength(4);
});

test('deploy() deploys each region through its own Amplify app, and refuses a region without one', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  const method = 'pipeline-deploy' as const;
  expect((await run({ method, appIds: { [PRIMARY]: 'd1' } })).error?.message).toContain(
    `--app-id ${SECONDARY}=<id>`,
  );
  expect(stage.npx.starts).toEqual([]);
  expect((await run({ method, appIds: { [PRIMARY]: 'd1', [SECONDARY]: 'd2' } })).error).toBeNull();
  expect(stage.npx.starts.map(({ args }) => args.slice(2, 7))).toEqual([
    ['pipeline-deploy', '--branch', 'main', '--app-id', 'd1'],
    ['pipeline-deploy', '--branch', 'main', '--app-id', 'd2'],
  ]);
  expect(stage.npx.starts[0]?.env.CI).toBe('1');
});

test('deploy() deploys the primary first when the table changes', async () => {
  const { deployed, run, stage, dependencies } = await openDeployHarness();
  await stage.commit('one');
  await run();
  await stage.commit('two');
  dependencies.table = { ...dependencies.table, hasChanged: true, what: ['TimeToLiveSpecification'] };
  expect((await run()).error).toBeNull();
  expect(
    deployed()
      .slice(2)
      .map((start) => start.split(' ')[0]),
  ).toEqual([PRIMARY, SECONDARY]);
});

test('deploy() refuses an order that CloudFormation would refuse', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  const { error } = await run({ regions: [SECONDARY] });
  expect(error?.message).toContain('Deploy it first: --regions eu-west-1');
  expect(stage.parameters.size).toBe(0);
});
