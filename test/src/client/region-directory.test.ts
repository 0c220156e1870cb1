import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRegionDirectory,
  type RegionDirectoryTunables,
  type RegionNotify,
} from '../../../src/client/region-directory.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { createSeededRandom } from './support/seeded-random.ts';

const none: ReadonlySet<string> = new Set();
const read = { kind: 'read', isSessionCritical: false, except: none } as const;
const sessionRead = { kind: 'read', isSessionCritical: true, except: none } as const;
const write = { kind: 'write', isSessionCritical: false, except: none } as const;

const setUp = ({
  names = ['a', 'b'],
  seed = 1,
  ...tunables
}: { names?: readonly string[]; seed?: number } & RegionDirectoryTunables = {}) => {
  const clock = createFakeClock();
  const events: unknown[] = [];
  const notify: RegionNotify = (name, event) => void events.push({ name, ...event });
  const regions = names.map((region) => ({ region, apiName: region, endpoint: `https://${region}.test` }));
  const random = createSeededRandom(seed);
  const directory = createRegionDirectory({ regions, clock, random, notify, ...tunables });
  return {
    clock,
    random,
    events,
    directory,
    answer: (region: string, latencyMs = 20, { isRead = true, isEvacuated = false } = {}) =>
      directory.noteAnswer(region, { latencyMs, isRead, isEvacuated }),
    fail: (region: string, times = 3) => {
      for (let i = 0; i < times; i += 1) directory.noteFailure(region, 'timed out');
    },
    stateOf: (region: string) => directory.views().find((each) => each.region === region)?.state,
  };
};

/** Asks every 100 ms for a while; tells when each region was asked, and why, beside serving. */
function ask(
  it: ReturnType<typeof setUp>,
  question: typeof read | typeof sessionRead | typeof write,
  ms: number,
) {
  const chosen: { region: string; purpose: string; atMs: number }[] = [];
  for (let passedMs = 0; passedMs < ms; passedMs += 100) {
    it.clock.advance(100);
    const choice = it.directory.choose(question);
    if (choice === undefined) throw new Error('no region was chosen');
    if (choice.purpose !== 'serve') chosen.push({ ...choice, atMs: it.clock.nowMs() });
  }
  return chosen;
}

const gaps = (all: readonly { atMs: number }[]) =>
  all.slice(1).map(({ atMs }, index) => atMs - (all[index]?.atMs ?? 0));

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

describe('preferred', () => {
  test('moves at once when the region fails, and tells from where, to where and why', () => {
    const it = setUp();
    it.fail('a', 2);
    expect(it.directory.preferred).toBe('a');
    it.fail('a', 1);
    expect(it.directory.preferred).toBe('b');
    expect(it.events).toEqual([
      { name: 'failover', from: 'a', to: 'b', reason: 'timed out', atMs: it.clock.nowMs() },
    ]);
  });

  test('tells how long a region was avoided when it answers again, and does not move back for that', () => {
    const it = setUp();
    it.fail('a');
    it.clock.advance(1_000);
    expect(it.directory.choose(read)).toEqual({ region: 'a', purpose: 'probe' });
    it.clock.advance(20);
    it.answer('a', 20);
    expect(it.events.slice(1)).toEqual([
      { name: 'recovered', region: 'a', outageMs: 1_020, atMs: it.clock.nowMs() },
    ]);
    expect(it.directory.preferred).toBe('b');
    it.answer('a', 20);
    expect(it.events).toHaveLength(2);
  });

  test('counts a second opening of one outage as the same outage', () => {
    const it = setUp();
    it.fail('a');
    it.clock.advance(1_000);
    it.directory.choose(read);
    it.fail('a', 1);
    it.clock.advance(2_000);
    it.directory.choose(read);
    it.answer('a', 0);
    expect(it.events.at(-1)).toMatchObject({ name: 'recovered', outageMs: 3_000 });
  });

  test('stays when all fail, and moves to the first that is back', () => {
    const it = setUp();
    it.fail('b');
    it.fail('a');
    expect(it.directory.preferred).toBe('a');
    it.clock.advance(10);
    it.answer('b', 5);
    expect(it.directory.preferred).toBe('b');
    expect(it.events).toMatchObject([
      { name: 'failover', from: 'a', to: 'b' },
      { name: 'recovered', region: 'b' },
    ]);
  });

  test('an answer to a request that was sent before the failure changes nothing', () => {
    const it = setUp();
    it.fail('a');
    it.clock.advance(100);
    it.answer('a', 150);
    expect(it.stateOf('a')).toBe('open');
    it.answer('a', 50);
    expect(it.stateOf('a')).toBe('closed');
  });

  test('moves to a region that is twice as fast, without telling of a failover', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 20, max: 400 }), (seed, fastMs) => {
        const it = setUp({ seed });
        const noisy = (ms: number) => ms * (0.85 + 0.3 * it.random());
        for (let i = 0; i < 3_000 && it.directory.preferred === 'a'; i += 1) {
          it.clock.advance(100);
          const region = it.directory.choose(read)?.region ?? 'a';
          it.answer(region, noisy(region === 'a' ? 2 * fastMs : fastMs));
        }
        expect(it.directory.preferred).toBe('b');
        expect(it.events).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('never moves when two regions are equally fast, however noisy they are', () => {
    const noises: readonly ((random: () => number) => number)[] = [
      (random) => 20 + 40 * random(),
      (random) => 5 + 400 * random(),
      // One in twenty takes ten times as long.
      (random) => (random() < 0.05 ? 10 : 1) * (20 + 20 * random()),
    ];
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...noises), (seed, noise) => {
        const it = setUp({ seed });
        let moves = 0;
        let before = it.directory.preferred;
        for (let i = 0; i < 5_000; i += 1) {
          it.clock.advance(100);
          const region = it.directory.choose(read)?.region ?? 'a';
          it.answer(region, noise(it.random));
          // A hedge measures the other one, now and then.
          if (it.random() < 0.05) it.answer(region === 'a' ? 'b' : 'a', noise(it.random));
          if (it.directory.preferred !== before) moves += 1;
          before = it.directory.preferred;
        }
        expect(moves).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('moves away from a region that became slow, though its reads are given up before they end', () => {
    const it = setUp();
    for (let i = 0; i < 100; i += 1) it.answer('a', 20);
    let calls = 0;
    for (; calls < 100 && it.directory.preferred === 'a'; calls += 1) {
      it.clock.advance(100);
      it.directory.noteAbandoned('a', 60);
      it.answer('b', 30);
    }
    expect(it.directory.preferred).toBe('b');
    expect(calls).toBeLessThan(60);
  });

  test('measures anew after an outage: what was slow then is not held against it', () => {
    const it = setUp();
    for (let i = 0; i < 50; i += 1) it.answer('a', 900);
    it.fail('a');
    it.clock.advance(1_000);
    it.directory.choose(read);
    it.answer('a', 20);
    expect(it.directory.views().find(({ region }) => region === 'a')?.latencyMs).toBe(20);
  });
});

describe('evacuation', () => {
  test('takes traffic away when an answer names it, and gives the region back when one does not', () => {
    const it = setUp();
    it.clock.advance(50);
    it.answer('a', 20, { isEvacuated: true });
    expect(it.stateOf('a')).toBe('evacuated');
    expect(it.directory.preferred).toBe('b');
    expect(it.events).toMatchObject([{ name: 'failover', from: 'a', to: 'b', reason: 'evacuated' }]);
    expect(it.directory.choose(write)).toEqual({ region: 'b', purpose: 'serve' });
    const probes = [];
    for (let i = 0; i < 600; i += 1) {
      it.clock.advance(100);
      const choice = it.directory.choose(read);
      if (choice?.purpose !== 'probe') continue;
      probes.push({ atMs: it.clock.nowMs() });
      it.answer('a', 20, { isEvacuated: true });
    }
    expect(probes.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...gaps(probes))).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...gaps(probes))).toBeLessThanOrEqual(12_100);
    expect(it.events).toHaveLength(1);
    it.clock.advance(100);
    it.answer('a', 20);
    expect(it.stateOf('a')).toBe('closed');
    expect(it.events.at(-1)).toMatchObject({ name: 'recovered', region: 'a' });
  });

  test('an answer asked for before the header came does not end it', () => {
    const it = setUp();
    it.clock.advance(100);
    it.answer('a', 20, { isEvacuated: true });
    it.clock.advance(10);
    it.answer('a', 50);
    expect(it.stateOf('a')).toBe('evacuated');
    it.clock.advance(100);
    it.answer('a', 50);
    expect(it.stateOf('a')).toBe('closed');
    it.answer('a', 200, { isEvacuated: true });
    expect(it.stateOf('a')).toBe('closed');
  });

  test('an evacuated region that is gone is asked at its turn only', () => {
    const it = setUp();
    it.clock.advance(50);
    it.answer('a', 20, { isEvacuated: true });
    it.fail('a');
    const probes = ask(it, read, 1_500);
    expect(probes).toHaveLength(1);
    expect(it.stateOf('a')).toBe('half-open');
  });

  test('evacuated everywhere is served nonetheless', () => {
    const it = setUp();
    it.clock.advance(50);
    it.answer('a', 20, { isEvacuated: true });
    it.answer('b', 30, { isEvacuated: true });
    expect(it.directory.choose(write)).toMatchObject({ region: 'a', purpose: 'serve' });
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
