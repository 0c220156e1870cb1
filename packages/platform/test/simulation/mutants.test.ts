import { describe, expect, it } from 'vitest';
import { findFailure, violationsOf } from './find-failure.ts';
import { mutants } from './mutants.ts';

/** Seeds within which every mutant has to be caught, each with two and with three regions. */
const seeds = { first: 1, count: 150 } as const;

describe('checkHistory() catches a platform in which', () => {
  it.each(mutants)('$name, by the checker for $caughtBy', async ({ seams, caughtBy }) => {
    const caught = await findFailure(seeds, async (generated) => {
      // What a merge takes up is in no log: whether the log is right, runs without merges tell.
      const scenario = { ...generated, merges: false };
      const broken = await violationsOf(scenario, seams);
      if (!broken.some(({ checker }) => checker === caughtBy)) return false;
      const sound = await violationsOf(scenario);
      return !sound.some(({ checker }) => checker === caughtBy);
    });
    expect(caught, `no seed from ${seeds.first}, ${seeds.count} of them, catches it`).toBeDefined();
  });
});
