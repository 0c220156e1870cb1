import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readJournal } from '../../../scripts/steps/deploy/journal.ts';
import { deploy, type RunDeployOptions } from '../../../scripts/steps/deploy/run-deploy.ts';
import { runGit } from '../../../scripts/steps/deploy/run-git.ts';
import type { TableChange } from '../../../scripts/steps/deploy/table-change.ts';
import type { Finding } from '../../../scripts/steps/doctor/finding.ts';
import { AwsFault } from '../cloud/aws-wire.ts';
import { type FakeStage, PRIMARY, putStack, SECONDARY, startFakeStage } from './fake-stage.ts';

let stage: FakeStage;
let stop: AbortController;
let findings: Finding[];
let printed: string[];
let told: string[];
let table: TableChange | null;

beforeEach(async () => {
  stage = await startFakeStage();
  stop = new AbortController();
  findings = [];
  printed = [];
  told = [];
  table = { hasChanged: false, added: [], removed: [], what: [] };
});
afterEach(async () => {
  await stage.close();
  vi.unstubAllEnvs();
});

/** Deploys, and gives what it printed as JSON; what it threw is in `error`. */
async function run(options: Partial<RunDeployOptions> = {}) {
  printed.length = 0;
  const error = await deploy(
    {
      stage: 'main',
      method: 'ampx-deploy',
      appIds: {},
      bakeMs: 0,
      allowDirty: false,
      breakLock: false,
      yes: true,
      json: true,
      ...options,
    },
    {
      rootDir: stage.rootDir,
      cloud: stage.cloud,
      preflight: async () => findings,
      signal: stop.signal,
      print: (text) => void printed.push(text),
      tell: (text) => void told.push(text),
      watch: { tell: () => undefined, progress: () => undefined, close: () => undefined },
      smokeBounds: { newMs: 20_000, knownMs: 100 },
      readTable: async () => table,
    },
  ).then(
    () => null,
    (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
  return { error, result: printed[0] === undefined ? null : JSON.parse(printed[0]) };
}

const deployed = () => stage.npx.starts.map(({ env }) => `${env.AWS_REGION} ${env.PLATFORM_REVISION}`);
const record = () => JSON.parse(stage.parameters.get('/gsp/main/deployment')?.value ?? 'null');

describe('deploy()', () => {
  test('makes both regions, the primary first, and then updates them, the primary last', async () => {
    const first = await stage.commit('one');
    const { error, result } = await run();
    expect(error).toBeNull();
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

  test('takes a region that fails back to the commit before, from a worktree, and touches no other', async () => {
    const first = await stage.commit('one');
    await run();
    const second = await stage.commit('two');
    let restored = '';
    stage.onDeploy = async ({ env, cwd }) => {
      const api = stage.apis[env.AWS_REGION ?? ''];
      const text = await readFile(join(cwd, 'code.txt'), 'utf8');
      if (cwd !== stage.rootDir) restored = text;
      // The broken revision answers no writes; the commit before does.
      if (text === 'two') api?.defects.add('write-refused');
      else api?.defects.clear();
      return null;
    };
    const primaryBefore = { ...stage.stacks.get(PRIMARY) };
    const { error, result } = await run();
    expect(error?.name).toBe('DeployError');
    expect(error?.message).toMatch(
      new RegExp(`^${SECONDARY}: Cannot call ${SECONDARY} good.*write .*rolled back to ${first}`),
    );
    expect(error?.message.split('\n')).toHaveLength(1);
    expect(restored).toBe('one');
    expect(deployed().slice(2)).toEqual([`${SECONDARY} ${second}`, `${SECONDARY} ${first}`]);
    expect(stage.stacks.get(PRIMARY)).toEqual(primaryBefore);
    expect(result.regions.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'rolled-back',
      'not-reached',
    ]);
    expect(record().regions[SECONDARY]).toMatchObject({ revision: first, state: 'rolled-back' });
    expect(await runGit(['worktree', 'list'], { cwd: stage.rootDir })).not.toContain('rollback-');
    const journal = await readJournal(join(stage.rootDir, '.deploy'), 'main');
    expect(journal.filter(({ step }) => step === 'rollback').map(({ state }) => state)).toEqual([
      'begun',
      'done',
      'noted',
    ]);
  }, 60_000);

  test('counts the stack and not the exit status: ampx that fails after a complete stack is a warning', async () => {
    const revision = await stage.commit('one');
    stage.onDeploy = ({ env }) => {
      putStack(stage, env.AWS_REGION ?? '', env.PLATFORM_REVISION ?? '');
      return { output: '[NonAmplifyStackError] no outputs\n', status: 1 };
    };
    const { error, result } = await run();
    expect(error).toBeNull();
    expect(result.regions[0].warnings[0]).toMatch(
      /ampx ended with 1 although .*NonAmplifyStackError.*npm run outputs/,
    );
    expect(record().regions[SECONDARY]).toMatchObject({ revision, state: 'proved' });
    const log = join(stage.rootDir, '.deploy/main', result.id, `${PRIMARY}.log`);
    expect(await readFile(log, 'utf8')).toContain('[NonAmplifyStackError] no outputs');
  });

  test('counts the stack and not the exit status: ampx that ends well and changes nothing is a failure', async () => {
    await stage.commit('one');
    await run();
    await stage.commit('two');
    stage.onDeploy = () => ({ output: 'all fine\n', status: 0 });
    const { error } = await run();
    expect(error?.message).toMatch(
      /Cannot deploy eu-central-1: its stack is CREATE_COMPLETE at revision .* nothing had changed/,
    );
  });

  test('removes what a failed creation left', async () => {
    await stage.commit('one');
    stage.stacks.set(PRIMARY, { status: 'ROLLBACK_COMPLETE', revision: null, updates: 1 });
    expect((await run()).error).toBeNull();
    expect(stage.wire.calls.filter(({ action }) => action === 'DeleteStack')).toHaveLength(1);
    expect(stage.stacks.get(PRIMARY)?.status).toBe('CREATE_COMPLETE');
  });

  test('waits for what an earlier run has begun before it deploys', async () => {
    await stage.commit('one');
    await run();
    await stage.commit('two');
    const stack = { status: 'UPDATE_IN_PROGRESS', revision: 'x', updates: 2 };
    stage.stacks.set(SECONDARY, stack);
    stage.override = ({ action, region, input }) => {
      // Asked by its id: somebody waits for it. It is done when asked again.
      if (action === 'DescribeStackEvents' || region !== SECONDARY || input.StackName === undefined)
        return undefined;
      if (action === 'DescribeStacks')
        setImmediate(() => Object.assign(stack, { status: 'UPDATE_COMPLETE' }));
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

  test('undoes nothing when only its record cannot be written, and goes on when run again', async () => {
    const first = await stage.commit('one');
    await run();
    const second = await stage.commit('two');
    stage.override = ({ action, input }) => {
      const isProof = String(input.Value).includes('"proved"') && String(input.Value).includes(second);
      const isRefused = action === 'PutParameter' && isProof && stage.npx.starts.length > 2;
      return isRefused ? new AwsFault('AccessDeniedException', 'no ssm:PutParameter') : undefined;
    };
    const { error, result } = await run();
    expect(error?.message).toMatch(
      /eu-central-1: Cannot write the parameter .* Run the same command again to go on/,
    );
    expect(result.regions.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'stopped',
      'not-reached',
    ]);
    expect(stage.stacks.get(SECONDARY)?.revision).toBe(second);
    expect(stage.stacks.get(PRIMARY)?.revision).toBe(first);
    expect(stage.parameters.has('/gsp/main/deploy-lock')).toBe(false);
    stage.override = () => undefined;
    expect((await run()).error).toBeNull();
    expect(deployed().slice(2)).toEqual([`${SECONDARY} ${second}`, `${PRIMARY} ${second}`]);
    expect(record().regions[SECONDARY]).toMatchObject({
      revision: second,
      state: 'proved',
      previousRevision: first,
    });
  }, 60_000);

  test('names the way out of a stack that cannot be updated', async () => {
    await stage.commit('one');
    await run();
    await stage.commit('two');
    stage.stacks.set(SECONDARY, { status: 'UPDATE_ROLLBACK_FAILED', revision: 'x', updates: 1 });
    const { error } = await run();
    expect(error?.message).toContain('aws cloudformation continue-update-rollback --region eu-central-1');
    expect(stage.npx.starts).toHaveLength(2);
  });

  test('ends its child, keeps the log and gives the lock back when told to end; goes on when run again', async () => {
    const revision = await stage.commit('one');
    stage.onDeploy = () => new Promise(() => undefined);
    const running = run();
    await expect.poll(() => stage.npx.starts.length, { timeout: 20_000 }).toBe(1);
    stop.abort(new Error('told to end'));
    const { error, result } = await running;
    expect(error?.message).toContain(`${PRIMARY}: told to end`);
    const [start] = stage.npx.starts;
    expect(() => process.kill(start?.pid ?? 0, 0)).toThrow(/ESRCH/);
    expect(existsSync(join(stage.rootDir, '.deploy/main', result.id, `${PRIMARY}.log`))).toBe(true);
    expect(stage.parameters.has('/gsp/main/deploy-lock')).toBe(false);

    stop = new AbortController();
    stage.onDeploy = () => null;
    expect((await run()).error).toBeNull();
    expect(record().regions[PRIMARY]).toMatchObject({ revision, state: 'proved' });
  }, 60_000);

  test('refuses while somebody else deploys, changes nothing, and breaks the lock when told to', async () => {
    await stage.commit('one');
    const held = { id: 'other', by: 'ann@laptop', pid: 7, since: '2026-11-23T07:00:00.000Z' };
    stage.parameters.set('/gsp/main/deploy-lock', { value: JSON.stringify(held), version: 1 });
    expect((await run()).error?.message).toMatch(/^Cannot deploy main: ann@laptop \(process 7/);
    expect(stage.npx.starts).toEqual([]);
    expect(stage.parameters.get('/gsp/main/deploy-lock')?.value).toContain('ann@laptop');
    expect((await run({ breakLock: true })).error).toBeNull();
    expect(told.join()).toContain('held by ann@laptop');
  });

  test('stops before anything is created when there is a fault, with its remedy', async () => {
    await stage.commit('one');
    findings = [
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

  test('refuses a tree with changes, and marks what it deploys where it is told to go on', async () => {
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

  test('deploys each region through its own Amplify app, and refuses a region without one', async () => {
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

  test('fails the region and goes back when an alarm rings during its bake', async () => {
    await stage.commit('one');
    await run();
    await stage.commit('two');
    stage.alarms.push('gsp-main-rang-before');
    stage.onDeploy = () => {
      stage.alarms.push('gsp-main-errors');
      return null;
    };
    const { error } = await run({ bakeMs: 1_000 });
    expect(error?.message).toMatch(
      /eu-central-1 good: while it was watched, gsp-main-errors(, gsp-main-errors)* is in ALARM.*rolled back/,
    );
  }, 60_000);

  test('deploys the primary first when the table changes', async () => {
    await stage.commit('one');
    await run();
    await stage.commit('two');
    table = { hasChanged: true, added: [], removed: [], what: ['TimeToLiveSpecification'] };
    expect((await run()).error).toBeNull();
    expect(
      deployed()
        .slice(2)
        .map((start) => start.split(' ')[0]),
    ).toEqual([PRIMARY, SECONDARY]);
  });

  test('refuses an order that CloudFormation would refuse', async () => {
    await stage.commit('one');
    const { error } = await run({ regions: [SECONDARY] });
    expect(error?.message).toContain('Deploy it first: --regions eu-west-1');
    expect(stage.parameters.size).toBe(0);
  });
});
