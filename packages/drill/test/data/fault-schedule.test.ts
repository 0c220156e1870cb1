import { seededRandom } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { planDataFaults } from '../../src/data/fault-schedule.ts';
import { C, W } from '../judge/history-fixture.ts';

const REGIONS = [W, C];

describe('planDataFaults', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('planDataFaults() takes back whatever it does, seed %i', (seed) => {
    const plan = planDataFaults(REGIONS, seededRandom(seed, 'faults'));
    const shares = plan.map(({ atShare }) => atShare);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(Math.max(...shares)).toBeLessThan(1);
    const faults = plan.flatMap((scheduled) => scheduled.faults);
    const kinds = faults.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'start')).toHaveLength(2);
    expect(new Set(kinds)).toEqual(
      new Set(['cut', 'heal', 'delay', 'clock', 'kill', 'end-process', 'start']),
    );
    const offsets = faults.flatMap((fault) => (fault.kind === 'clock' ? [fault.offsetMs] : []));
    expect(offsets.at(-1)).toBe(0);
    // Two regions dead at once would leave the clients nobody to talk to.
    let dead = 0;
    for (const kind of kinds) {
      dead += kind === 'kill' || kind === 'end-process' ? 1 : kind === 'start' ? -1 : 0;
      expect(dead).toBeLessThanOrEqual(1);
    }
  });

  test('planDataFaults() follows from the seed', () => {
    const plan = (seed: number) => planDataFaults(REGIONS, seededRandom(seed, 'faults'));
    expect(plan(3)).toEqual(plan(3));
    expect(plan(3)).not.toEqual(plan(4));
  });
});
