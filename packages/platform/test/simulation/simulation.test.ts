import { describe, expect, it } from 'vitest';
import { explainFailure, findFailure, violationsOf } from './find-failure.ts';

/** More, or other ones: `SIMULATION_SEED=5000 SIMULATION_RUNS=20000 npx vitest run packages/platform/test/simulation`. */
const first = Number(process.env.SIMULATION_SEED ?? 1);
const runs = Number(process.env.SIMULATION_RUNS ?? 2_400);

/** A run takes 10 ms on an idle core, five times as much on a busy machine. */
const timeoutMs = 20_000 + runs * 100;

describe('the platform', () => {
  it(
    `keeps its promises about data in ${runs} runs from seed ${first}`,
    async () => {
      const failed = await findFailure(
        { first, count: Math.ceil(runs / 2) },
        async (scenario) => (await violationsOf(scenario)).length > 0,
      );
      expect(failed === undefined ? 'nothing broken' : await explainFailure(failed)).toBe('nothing broken');
    },
    timeoutMs,
  );
});
