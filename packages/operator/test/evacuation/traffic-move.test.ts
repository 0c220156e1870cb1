import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Routing } from '../../src/evacuation/platform.ts';
import {
  advanceMove,
  type Move,
  type MoveSighting,
  type MoveState,
  pendingStage,
} from '../../src/evacuation/traffic-move.ts';

const routing: Routing = {
  policy: 'failover',
  primary: 'eu-west-1',
  globalName: 'api.gsp.test',
  timing: { intervalSeconds: 30, failureThreshold: 3, ttlSeconds: 60 },
};
const leave: Move = { region: 'eu-west-1', direction: 'leave', routing };
const back: Move = { region: 'eu-west-1', direction: 'return', routing };
const start: MoveState = { startedAtMs: 0 };

const sighting = (changes: Partial<MoveSighting>): MoveSighting => ({
  isEvacuated: true,
  isInService: true,
  answer: ['eu-west-1'],
  ...changes,
});

/** The state after looks at the given seconds, and what is waited for then. */
function follow(move: Move, looks: readonly (readonly [number, Partial<MoveSighting>])[]) {
  const state = looks.reduce(
    (before, [seconds, changes]) =>
      advanceMove(before, { move, sighting: sighting(changes), nowMs: seconds * 1_000 }),
    start,
  );
  return { state, pending: pendingStage(state, move) };
}

describe('advanceMove()', () => {
  test('advanceMove() follows probe, check, DNS and caches when a primary is left', () => {
    const looks = [
      [1, { isEvacuated: null }],
      [2, {}],
      [90, { isInService: false }],
      [91, { isInService: false, answer: ['eu-central-1'] }],
      [149, { isInService: false, answer: ['eu-central-1'] }],
      [150, { isInService: false, answer: ['eu-central-1'] }],
    ] as const;
    const pending = looks.map((_, index) => follow(leave, looks.slice(0, index + 1)).pending);
    expect(pending).toEqual(['probe', 'check', 'dns', 'caches', 'caches', null]);
    expect(follow(leave, looks).state).toEqual({
      startedAtMs: 0,
      probeAtMs: 2_000,
      checkAtMs: 90_000,
      dnsAtMs: 91_000,
      cachesAtMs: 150_000,
      namedAtMs: 90_000,
    });
  });

  test('advanceMove() waits for no cache when failover never answered with the region', () => {
    const secondary: Move = { ...leave, region: 'eu-central-1' };
    expect(follow(secondary, [[1, { isInService: false }]]).pending).toBeNull();
  });

  test('advanceMove() counts an address that nobody answers for as the region', () => {
    const silent = { isInService: false, answer: ['eu-central-1', null] };
    expect(follow(leave, [[10, silent]]).pending).toBe('dns');
    expect(
      follow(leave, [
        [10, silent],
        [20, { isInService: false, answer: ['eu-central-1'] }],
      ]).pending,
    ).toBe('caches');
  });

  test('advanceMove() goes by the arithmetic where health checks cannot be seen, or by DNS when that is sooner', () => {
    const blind = { isInService: null };
    expect(
      follow(leave, [
        [1, blind],
        [90.9, blind],
      ]).pending,
    ).toBe('check');
    expect(
      follow(leave, [
        [1, blind],
        [91, blind],
      ]).pending,
    ).toBe('dns');
    const moved = { isInService: null, answer: ['eu-central-1'] };
    expect(
      follow(leave, [
        [1, blind],
        [40, moved],
      ]).pending,
    ).toBe('caches');
    // It was never named, so that an answer without it shows nothing of the checks.
    const secondary: Move = { ...leave, region: 'eu-central-1' };
    expect(
      follow(secondary, [
        [1, blind],
        [40, blind],
      ]).pending,
    ).toBe('check');
    expect(
      follow(secondary, [
        [1, blind],
        [91, blind],
      ]).pending,
    ).toBeNull();
  });

  test('advanceMove() waits for the time to live from when the check turned when routing shares traffic', () => {
    const weighted: Move = { ...leave, routing: { ...routing, policy: 'weighted' } };
    const gone = { isInService: false, answer: ['eu-central-1'] };
    expect(follow(weighted, [[10, gone]]).pending).toBe('caches');
    expect(
      follow(weighted, [
        [10, gone],
        [69, gone],
      ]).pending,
    ).toBe('caches');
    expect(
      follow(weighted, [
        [10, gone],
        [70, gone],
      ]).pending,
    ).toBeNull();
  });

  test('advanceMove() takes a DNS that does not answer for no news', () => {
    expect(follow(leave, [[1, { isInService: false, answer: null }]]).pending).toBe('dns');
    expect(follow(leave, [[1, { isInService: false, answer: [] }]]).pending).toBe('dns');
  });

  test('advanceMove() waits until DNS names a primary that returns, and not for others', () => {
    const restored = { isEvacuated: false, isInService: true };
    expect(follow(back, [[1, { isEvacuated: true }]]).pending).toBe('probe');
    expect(follow(back, [[1, { isEvacuated: false, isInService: false }]]).pending).toBe('check');
    expect(follow(back, [[1, { ...restored, answer: ['eu-central-1'] }]]).pending).toBe('dns');
    expect(follow(back, [[1, restored]]).pending).toBeNull();
    const secondary: Move = { ...back, region: 'eu-central-1' };
    expect(follow(secondary, [[1, restored]]).pending).toBeNull();
  });

  test('advanceMove() has nothing to wait for but the probe when there is no domain', () => {
    const bare: Move = { ...leave, routing: null };
    expect(follow(bare, [[1, { isEvacuated: false }]]).pending).toBe('probe');
    expect(follow(bare, [[1, { isInService: null, answer: null }]]).pending).toBeNull();
  });

  test('advanceMove() never goes back and keeps the order of its stages, whatever it sees', () => {
    const any = fc.record({
      isEvacuated: fc.constantFrom(true, false, null),
      isInService: fc.constantFrom(true, false, null),
      answer: fc.option(fc.array(fc.constantFrom('eu-west-1', 'eu-central-1', null), { maxLength: 3 })),
    });
    const moves = fc.constantFrom(leave, back, { ...leave, routing: null });
    fc.assert(
      fc.property(moves, fc.array(fc.tuple(any, fc.nat(60_000))), (move, looks) => {
        let state = start;
        let nowMs = 0;
        for (const [seen, laterMs] of looks) {
          nowMs += laterMs;
          const next = advanceMove(state, { move, sighting: seen, nowMs });
          for (const stage of ['probeAtMs', 'checkAtMs', 'dnsAtMs', 'cachesAtMs'] as const) {
            if (state[stage] !== undefined) expect(next[stage]).toBe(state[stage]);
          }
          state = next;
        }
        const times = [state.probeAtMs, state.checkAtMs, state.dnsAtMs, state.cachesAtMs];
        const reached = times.filter((time) => time !== undefined);
        expect(times.slice(0, reached.length)).toEqual(reached);
        expect([...reached].sort((a, b) => a - b)).toEqual(reached);
      }),
    );
  });
});
