import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployStage } from '../../src/deploy/deploy-stage.ts';
import { backendStack, FakeDeployment, type Fault, REGIONS } from './fake-deployment.ts';

const never = new AbortController().signal;
const [A, B, C] = REGIONS;

function run(deployment: FakeDeployment, revision = 'new', order: readonly string[] = REGIONS) {
  return deployStage(deployment.plan(revision, order), deployment.ports(), never);
}

const outcomes = ({ regions }: { regions: readonly { region: string; outcome: string }[] }) =>
  regions.map(({ outcome }) => outcome);

describe('deployStage()', () => {
  test('proves every region in order when nothing fails, each tried with those that are up', async () => {
    const deployment = new FakeDeployment();
    const result = await run(deployment);
    expect(result).toMatchObject({ isGood: true, failure: null });
    expect(outcomes(result)).toEqual(['proved', 'proved', 'proved']);
    expect(deployment.calls).toEqual([
      `deploy ${A} new`,
      `smoke ${A} new`,
      `bake ${A}`,
      `deploy ${B} new`,
      `smoke ${B} new`,
      `replicate ${B} ${A}`,
      `bake ${B}`,
      `deploy ${C} new`,
      `smoke ${C} new`,
      `replicate ${C} ${A}`,
      `replicate ${C} ${B}`,
      `bake ${C}`,
    ]);
    expect(deployment.record?.regions[C]).toMatchObject({
      revision: 'new',
      state: 'proved',
      previousRevision: null,
    });
  });

  test('replicates with regions that were deployed earlier, and leaves one out that was not well before', async () => {
    const deployment = new FakeDeployment('old');
    deployment.sick.add(B);
    await run(deployment, 'new', [C]);
    expect(deployment.calls).toEqual([
      `deploy ${C} new`,
      `smoke ${C} new`,
      `replicate ${C} ${A}`,
      `bake ${C}`,
    ]);
    expect(deployment.events).toContainEqual(
      expect.objectContaining({ step: 'plan', state: 'noted', region: B }),
    );
  });

  test('rolls back the region that failed and touches no other, when a smoke test fails in the middle', async () => {
    const deployment = new FakeDeployment('old');
    deployment.bad.add(`${B} new`);
    const result = await run(deployment);
    expect(outcomes(result)).toEqual(['proved', 'rolled-back', 'not-reached']);
    expect(deployment.revisions()).toEqual({ [A]: 'new', [B]: 'old', [C]: 'old' });
    expect(deployment.calls.filter((call) => call.startsWith('rollback'))).toEqual([`rollback ${B} old`]);
    expect(deployment.calls.at(-1)).toBe(`smoke ${B} old`);
    expect(deployment.record?.regions).toMatchObject({
      [A]: { revision: 'new', state: 'proved', previousRevision: 'old' },
      [B]: { revision: 'old', state: 'rolled-back' },
      [C]: { revision: 'old', state: 'proved' },
    });
    expect(result.failure).toContain(`${B}: new is bad in ${B}`);
    expect(result.failure).toContain('rolled back to old');
    expect(result.failure).toContain(`${A} runs new, ${B} runs old; ${C} not touched`);
  });

  test.each([
    ['replicate', `replicate ${A}`],
    ['bake', `bake ${A}`],
  ])('rolls back when %s fails', async (_port, call) => {
    const deployment = new FakeDeployment('old');
    const ports = deployment.ports();
    const fail = async () => {
      throw new Error(call);
    };
    const failing = call.startsWith('bake') ? { ...ports, bake: fail } : { ...ports, replicate: fail };
    const result = await deployStage(deployment.plan('new'), failing, never);
    expect(outcomes(result)).toEqual(['rolled-back', 'not-reached', 'not-reached']);
    expect(deployment.revisions()).toEqual({ [A]: 'old', [B]: 'old', [C]: 'old' });
  });

  test('deploys nothing again when CloudFormation has rolled the region back itself', async () => {
    const deployment = new FakeDeployment('old');
    const ports = deployment.ports();
    const result = await deployStage(
      deployment.plan('new'),
      {
        ...ports,
        deployBackend: async (region) => {
          deployment.stacks.set(
            region,
            backendStack({ region, revision: 'old', status: 'UPDATE_ROLLBACK_COMPLETE' }),
          );
          throw new Error('no capacity');
        },
      },
      never,
    );
    expect(result.regions[0]).toMatchObject({ outcome: 'rolled-back', revisionNow: 'old' });
    expect(result.failure).toContain('CloudFormation rolled it back');
    expect(deployment.calls).toEqual([`smoke ${A} old`]);
  });

  test('goes back to nothing where a region was taken away since, whatever the record has of it', async () => {
    const deployment = new FakeDeployment('old');
    deployment.stacks.delete(B);
    deployment.bad.add(`${B} new`);
    const result = await run(deployment, 'new', [B]);
    expect(result.regions[0]).toMatchObject({ outcome: 'failed', revisionNow: 'new' });
    expect(deployment.calls.filter((call) => call.startsWith('rollback'))).toEqual([]);
  });

  test('leaves a first deployment as it is and says what to do when there is nothing to go back to', async () => {
    const deployment = new FakeDeployment();
    deployment.bad.add(`${A} new`);
    const result = await run(deployment);
    expect(result.regions[0]).toMatchObject({ outcome: 'failed', revisionNow: 'new' });
    expect(result.failure).toContain(`npm run teardown -- --stage main --regions ${A}`);
    expect(deployment.record?.regions[A]).toMatchObject({ state: 'failed', previousRevision: null });
    expect(deployment.calls).toEqual([`deploy ${A} new`, `smoke ${A} new`]);
  });

  test('says loudly what to do by hand when the rollback fails too', async () => {
    const deployment = new FakeDeployment('old');
    deployment.bad.add(`${A} new`).add(`${A} old`);
    const result = await run(deployment);
    expect(result.regions[0]?.outcome).toBe('failed');
    expect(result.failure).toContain(`ROLLBACK FAILED, ${A} NEEDS YOU: old is bad in ${A}`);
    expect(result.failure).toContain('git worktree add --detach ../rollback old');
    expect(deployment.record?.regions[A]).toMatchObject({ state: 'failed', previousRevision: 'old' });
  });

  test('does not go back to a revision that no commit holds', async () => {
    const deployment = new FakeDeployment('old-dirty');
    deployment.bad.add(`${A} new`);
    const result = await run(deployment);
    expect(result.failure).toContain('cannot be rolled back: old-dirty');
    expect(deployment.calls.some((call) => call.startsWith('rollback'))).toBe(false);
  });

  test('goes back to what was proved and not to what was only deployed', async () => {
    const deployment = new FakeDeployment('proved-once');
    // Calls 1 to 10: three stacks, three times health, stack, lock, record, deployment.
    deployment.plant({ 11: 'die' });
    await run(deployment, 'interrupted');
    expect(deployment.revisions()[A]).toBe('interrupted');
    deployment.plant({});
    deployment.bad.add(`${A} new`);
    await run(deployment, 'new');
    expect(deployment.revisions()[A]).toBe('proved-once');
  });

  test('skips what is proved and deploys again what somebody changed since', async () => {
    const deployment = new FakeDeployment('new');
    deployment.stacks.set(B, backendStack({ region: B, revision: 'by-hand' }));
    const result = await run(deployment);
    expect(outcomes(result)).toEqual(['skipped', 'proved', 'skipped']);
    expect(deployment.calls.filter((call) => call.startsWith('deploy'))).toEqual([`deploy ${B} new`]);
  });

  test('never takes an uncommitted revision as done, as it may differ from itself', async () => {
    const deployment = new FakeDeployment('new-dirty');
    expect(outcomes(await run(deployment, 'new-dirty'))).toEqual(['proved', 'proved', 'proved']);
    expect(deployment.calls.filter((call) => call.startsWith('deploy'))).toHaveLength(3);
  });

  test('changes nothing more when the lock was taken over', async () => {
    const deployment = new FakeDeployment('old');
    const ports = deployment.ports();
    const result = await deployStage(
      deployment.plan('new'),
      {
        ...ports,
        bake: async (api, peers) => {
          deployment.isLockLost = true;
          return ports.bake(api, peers);
        },
      },
      never,
    );
    expect(outcomes(result)).toEqual(['proved', 'stopped', 'not-reached']);
    expect(deployment.revisions()).toEqual({ [A]: 'new', [B]: 'old', [C]: 'old' });
  });

  test('stops without a rollback when told to end, and goes on at the smoke test when run again', async () => {
    const deployment = new FakeDeployment('old');
    const stop = new AbortController();
    const ports = deployment.ports();
    const interrupted = await deployStage(
      deployment.plan('new'),
      {
        ...ports,
        smoke: async () => {
          stop.abort(new Error('told to end'));
          throw new Error('aborted');
        },
      },
      stop.signal,
    );
    expect(outcomes(interrupted)).toEqual(['stopped', 'not-reached', 'not-reached']);
    expect(interrupted.failure).toContain('told to end');
    expect(deployment.revisions()).toEqual({ [A]: 'new', [B]: 'old', [C]: 'old' });
    expect(interrupted.regions[0]?.revisionNow).toBe('new');
    deployment.calls.length = 0;
    expect(outcomes(await run(deployment))).toEqual(['proved', 'proved', 'proved']);
    expect(deployment.calls[0]).toBe(`smoke ${A} new`);
  });

  const fault = fc.constantFrom<Fault>('throw', 'throw-after', 'die');
  const faults = fc.dictionary(fc.integer({ min: 1, max: 60 }).map(String), fault, { maxKeys: 3 });

  test('ends with every region proved when run again, wherever it failed, and deploys none twice needlessly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(faults, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(null, 'old'),
        async (runs, running) => {
          const deployment = new FakeDeployment(running);
          for (const planted of runs) {
            const before = deployment.revisions();
            const callsBefore = deployment.calls.length;
            deployment.plant(planted);
            const result = await run(deployment).catch(() => null);
            const made = deployment.calls.slice(callsBefore);
            const rolledBack = made
              .filter((call) => call.startsWith('rollback'))
              .map((call) => call.split(' ')[1]);
            // At most one region is ever taken back, and it is the one that failed.
            expect(rolledBack.length).toBeLessThanOrEqual(1);
            if (result !== null) {
              const failed = result.regions.find(({ failure }) => failure !== null)?.region;
              if (rolledBack.length > 0) expect(rolledBack).toEqual([failed]);
              for (const { region, outcome } of result.regions)
                if (outcome === 'not-reached') expect(deployment.revisions()[region]).toBe(before[region]);
            }
            // What had the revision already is not deployed again.
            for (const region of REGIONS)
              if (before[region] === 'new') expect(made).not.toContain(`deploy ${region} new`);
          }
          deployment.plant({});
          const last = await run(deployment);
          expect(last.isGood).toBe(true);
          expect(deployment.revisions()).toEqual({ [A]: 'new', [B]: 'new', [C]: 'new' });
          for (const region of REGIONS)
            expect(deployment.record?.regions[region]).toMatchObject({ revision: 'new', state: 'proved' });
          // And a run after that does nothing at all.
          deployment.calls.length = 0;
          expect(outcomes(await run(deployment))).toEqual(['skipped', 'skipped', 'skipped']);
          expect(deployment.calls).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('knows the last good revision after any failures, when the next one has to be rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(faults, { maxLength: 4 }), async (runs) => {
        const deployment = new FakeDeployment('old');
        for (const planted of runs) {
          deployment.plant(planted);
          await run(deployment).catch(() => null);
        }
        const state = deployment.record?.regions[A];
        const good = state?.state === 'proved' ? state.revision : 'old';
        deployment.plant({});
        deployment.bad.add(`${A} next`);
        await run(deployment, 'next');
        expect(deployment.revisions()[A]).toBe(good);
      }),
      { numRuns: 200 },
    );
  });
});
