import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, gaps, read, sessionRead, setUp, write } from './support/directory-fixture.ts';

describe('choose()', () => {
  test('serves from the first region when nothing is known', () => {
    const { directory } = setUp();
    expect(directory.preferred).toBe('a');
    expect(directory.choose(write)).toEqual({ region: 'a', purpose: 'serve' });
    expect(directory.choose({ ...read, except: new Set(['a']) })).toEqual({ region: 'b', purpose: 'serve' });
    expect(directory.choose({ ...read, except: new Set(['a', 'b']) })).toBeUndefined();
  });

  test('gives the fastest of the others when the preferred one was asked', () => {
    const { directory, answer } = setUp({ names: ['a', 'b', 'c'] });
    answer('b', 90);
    answer('c', 40);
    expect(directory.choose({ ...read, except: new Set(['a']) })?.region).toBe('c');
  });

  test('explores each other region at most once per interval when plain reads come', () => {
    const it = setUp({ names: ['a', 'b', 'c'] });
    for (let i = 0; i < 5; i += 1) for (const region of ['b', 'c']) it.answer(region);
    const explored = ask(it, read, 600_000);
    expect(new Set(explored.map(({ purpose }) => purpose))).toEqual(new Set(['explore']));
    for (const region of ['b', 'c']) {
      const [, ...apart] = gaps(explored.filter((each) => each.region === region));
      expect(apart.length).toBeGreaterThan(10);
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(24_000);
      expect(Math.max(...apart)).toBeLessThanOrEqual(36_100);
    }
  });

  test('explores more often while too little is known, never more often than that', () => {
    const it = setUp();
    const explored = ask(it, read, 60_000);
    expect(Math.min(...gaps(explored))).toBeGreaterThanOrEqual(2_400);
    expect(Math.max(...gaps(explored))).toBeLessThanOrEqual(3_700);
  });

  test.each([
    ['write', write] as const,
    ['read of a session', sessionRead] as const,
    ['second request', { ...read, except: new Set(['c']) }] as const,
  ])('never explores by a %s', (_name, question) => {
    const it = setUp({ names: ['a', 'b', 'c'] });
    for (let i = 0; i < 1_000; i += 1) {
      it.clock.advance(1_000);
      expect(it.directory.choose(question)).toEqual({ region: 'a', purpose: 'serve' });
    }
  });

  test('probes a half-open region with one plain read, and serves the others elsewhere', () => {
    const it = setUp();
    it.fail('b');
    it.clock.advance(1_000);
    const choices = Array.from({ length: 1_000 }, () => it.directory.choose(read));
    expect(choices.filter((each) => each?.purpose === 'probe')).toEqual([{ region: 'b', purpose: 'probe' }]);
    expect(choices.filter((each) => each?.region === 'a')).toHaveLength(999);
  });

  test('probes with a session read only after a second, with a write only after ten, of no plain read', () => {
    for (const [question, graceMs] of [[sessionRead, 1_000] as const, [write, 10_000] as const]) {
      const it = setUp();
      it.fail('b');
      it.clock.advance(1_000);
      const startMs = it.clock.nowMs();
      const [first] = ask(it, question, 20_000);
      expect(first).toMatchObject({ region: 'b', purpose: 'probe' });
      expect((first?.atMs ?? 0) - startMs).toBeGreaterThanOrEqual(graceMs);
      expect((first?.atMs ?? 0) - startMs).toBeLessThanOrEqual(graceMs + 200);
    }
  });

  test('asks the least bad region when all fail: one evacuated, else one half-open, else the fastest', () => {
    const it = setUp({ names: ['a', 'b', 'c'] });
    for (const [region, ms] of [
      ['a', 30],
      ['b', 20],
      ['c', 10],
    ] as const)
      it.answer(region, ms);
    it.fail('a');
    it.fail('b');
    it.fail('c');
    expect(it.directory.choose(write)).toEqual({ region: 'c', purpose: 'serve' });
    it.clock.advance(1);
    it.answer('b', 0, { isEvacuated: true });
    expect(it.stateOf('b')).toBe('evacuated');
    expect(it.directory.choose(write)).toEqual({ region: 'b', purpose: 'serve' });
    it.fail('b');
    it.clock.advance(30_000);
    expect(it.directory.choose({ ...write, except: new Set(['b', 'c']) })).toEqual({
      region: 'a',
      purpose: 'probe',
    });
    expect(it.directory.choose({ ...write, except: new Set(['b', 'c']) })).toEqual({
      region: 'a',
      purpose: 'serve',
    });
  });

  test('throws when there is no region, or none of that name', () => {
    expect(() => setUp({ names: [] })).toThrow(RangeError);
    expect(() => setUp().fail('z')).toThrow(/"z".*a, b/);
  });
});

describe('hedgeAfterMs()', () => {
  test('is 100 ms under 20 reads, then their p95, at least 10 ms', () => {
    const { directory, answer } = setUp();
    for (let i = 0; i < 19; i += 1) answer('a', 40);
    answer('a', 400, { isRead: false });
    expect(directory.hedgeAfterMs('a')).toBe(100);
    answer('a', 40);
    expect(directory.hedgeAfterMs('a')).toBe(40);
    for (let i = 0; i < 100; i += 1) answer('a', 1);
    expect(directory.hedgeAfterMs('a')).toBe(10);
  });
});

describe('views()', () => {
  test('tells all there is to tell, the preferred region first', () => {
    const it = setUp();
    it.answer('a', 40, { isRead: false });
    it.fail('a');
    expect(it.directory.views()).toEqual([
      {
        region: 'b',
        endpoint: 'https://b.test',
        state: 'closed',
        isPreferred: true,
        latencyMs: null,
        p95Ms: null,
        reason: null,
      },
      {
        region: 'a',
        endpoint: 'https://a.test',
        state: 'open',
        isPreferred: false,
        latencyMs: 40,
        p95Ms: null,
        reason: 'timed out',
      },
    ]);
  });
});

describe('createRegionDirectory()', () => {
  test('always gives a region outside of those excepted, and tells of failover and recovery in turn', () => {
    const names = ['a', 'b', 'c'];
    const region = fc.constantFrom(...names);
    const step = fc.oneof(
      fc.record({ do: fc.constant('advance' as const), ms: fc.nat(5_000) }),
      fc.record({
        do: fc.constant('answer' as const),
        region,
        latencyMs: fc.nat(1_500),
        isEvacuated: fc.boolean(),
      }),
      fc.record({ do: fc.constant('fail' as const), region, times: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('abandon' as const), region, elapsedMs: fc.nat(1_500) }),
      fc.record({
        do: fc.constant('choose' as const),
        except: fc.subarray(names, { maxLength: 2 }),
        isWrite: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 150 }), (seed, steps) => {
        const it = setUp({ names, seed });
        for (const each of steps) {
          const before = it.directory.preferred;
          const eventsBefore = it.events.length;
          const stateBefore = it.stateOf(before);
          if (each.do === 'advance') it.clock.advance(each.ms);
          else if (each.do === 'answer')
            it.answer(each.region, each.latencyMs, { isEvacuated: each.isEvacuated });
          else if (each.do === 'fail') it.fail(each.region, each.times);
          else if (each.do === 'abandon') it.directory.noteAbandoned(each.region, each.elapsedMs);
          else {
            const except = new Set(each.except);
            const choice = it.directory.choose({ ...(each.isWrite ? write : read), except });
            expect(choice).toBeDefined();
            expect(except.has(choice?.region ?? '')).toBe(false);
          }
          const views = it.directory.views();
          expect(views.filter(({ isPreferred }) => isPreferred)).toHaveLength(1);
          const isAnyClosed = views.some(({ state }) => state === 'closed');
          if (isAnyClosed) expect(it.stateOf(it.directory.preferred)).toBe('closed');
          for (const view of views) expect(view.reason === null).toBe(view.state === 'closed');
          const failovers = it.events
            .slice(eventsBefore)
            .filter((event) => JSON.stringify(event).includes('failover'));
          const isLeft =
            it.directory.preferred !== before &&
            (stateBefore !== 'closed' || it.stateOf(before) !== 'closed');
          expect(failovers).toHaveLength(isLeft ? 1 : 0);
        }
      }),
    );
  });
});
