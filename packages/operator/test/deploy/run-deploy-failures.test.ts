import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runGit } from '../../src/deploy/checkout.ts';
import { readJournal } from '../../src/deploy/journal.ts';
import { AwsFault } from '../cloud/aws-wire.ts';
import { openDeployHarness } from './deploy-harness.ts';
import { PRIMARY, putStack, SECONDARY } from './fake-stage.ts';

test('deploy() takes a region that fails back to the commit before, from a worktree, and touches no other', async () => {
  const { deployed, record, run, stage } = await openDeployHarness();
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
  expect(error?.name).toBe('CommandError');
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

test('deploy() counts the stack and not the exit status: ampx that fails after a complete stack is a warning', async () => {
  const { record, run, stage } = await openDeployHarness();
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

test('deploy() counts the stack and not the exit status: ampx that ends well and changes nothing is a failure', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  await run();
  await stage.commit('two');
  stage.onDeploy = () => ({ output: 'all fine\n', status: 0 });
  const { error } = await run();
  expect(error?.message).toMatch(
    /Cannot deploy eu-central-1: its stack is CREATE_COMPLETE at revision .* nothing had changed/,
  );
});

test('deploy() removes what a failed creation left', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  stage.stacks.set(PRIMARY, { status: 'ROLLBACK_COMPLETE', revision: null, updates: 1 });
  expect((await run()).error).toBeNull();
  expect(stage.wire.calls.filter(({ action }) => action === 'DeleteStack')).toHaveLength(1);
  expect(stage.stacks.get(PRIMARY)?.status).toBe('CREATE_COMPLETE');
});

test('deploy() goes on from a first deployment that failed after the table was made, with the same command', async () => {
  const { deployed, run, stage } = await openDeployHarness();
  await stage.commit('one');
  stage.onDeploy = ({ env }) => {
    stage.tableStatus = 'CREATE_COMPLETE';
    stage.stacks.set(env.AWS_REGION ?? '', { status: 'ROLLBACK_COMPLETE', revision: null, updates: 1 });
    return { output: 'the stack failed\n', status: 1 };
  };
  const { error } = await run();
  expect(error?.message).toMatch(/eu-west-1: its stack is ROLLBACK_COMPLETE/);
  stage.onDeploy = () => null;
  expect((await run()).error).toBeNull();
  expect(deployed().map((start) => start.split(' ')[0])).toEqual([PRIMARY, PRIMARY, SECONDARY]);
  const removed = stage.wire.calls.filter(({ action }) => action === 'DeleteStack');
  expect(removed.map(({ input }) => String(input.StackName))).toEqual([
    expect.stringContaining('stack/amplify-main/'),
  ]);
  expect(stage.tableStatus).toBe('CREATE_COMPLETE');
}, 60_000);

test('deploy() names the stack of the table where that is what failed, and makes it again', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  stage.onDeploy = () => {
    stage.tableStatus = 'ROLLBACK_COMPLETE';
    return { output: 'the table failed\n', status: 1 };
  };
  const { error } = await run();
  expect(error?.message).toContain('the stack of its table, gsp-main-table, is ROLLBACK_COMPLETE');
  stage.onDeploy = () => null;
  expect((await run()).error).toBeNull();
  expect(stage.tableStatus).toBe('CREATE_COMPLETE');
}, 60_000);

test('deploy() touches nothing while the stack of the table cannot be updated', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  stage.tableStatus = 'UPDATE_ROLLBACK_FAILED';
  expect((await run()).error?.message).toContain(
    'continue-update-rollback --region eu-west-1 --stack-name gsp-main-table',
  );
  expect(stage.npx.starts).toHaveLength(0);
});

test('deploy() undoes nothing when only its record cannot be written, and goes on when run again', async () => {
  const { deployed, record, run, stage } = await openDeployHarness();
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

test('deploy() names the way out of a stack that cannot be updated', async () => {
  const { run, stage } = await openDeployHarness();
  await stage.commit('one');
  await run();
  await stage.commit('two');
  stage.stacks.set(SECONDARY, { status: 'UPDATE_ROLLBACK_FAILED', revision: 'x', updates: 1 });
  const { error } = await run();
  expect(error?.message).toContain('aws cloudformation continue-update-rollback --region eu-central-1');
  expect(stage.npx.starts).toHaveLength(2);
});

test('deploy() ends its child, keeps the log and gives the lock back when told to end; goes on when run again', async () => {
  const { record, run, stage, dependencies } = await openDeployHarness();
  const revision = await stage.commit('one');
  stage.onDeploy = () => new Promise(() => undefined);
  const running = run();
  await expect.poll(() => stage.npx.starts.length, { timeout: 20_000 }).toBe(1);
  dependencies.stop.abort(new Error('told to end'));
  const { error, result } = await running;
  expect(error?.message).toContain(`${PRIMARY}: told to end`);
  const [start] = stage.npx.starts;
  expect(() => process.kill(start?.pid ?? 0, 0)).toThrow(/ESRCH/);
  expect(existsSync(join(stage.rootDir, '.deploy/main', result.id, `${PRIMARY}.log`))).toBe(true);
  expect(stage.parameters.has('/gsp/main/deploy-lock')).toBe(false);

  dependencies.stop = new AbortController();
  stage.onDeploy = () => null;
  expect((await run()).error).toBeNull();
  expect(record().regions[PRIMARY]).toMatchObject({ revision, state: 'proved' });
}, 60_000);

test('deploy() fails the region and goes back when an alarm rings during its bake', async () => {
  const { run, stage } = await openDeployHarness();
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
