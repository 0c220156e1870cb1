import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, gaps, read, setUp, write } from './support/directory-fixture.ts';

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

  test('moves to a faster region once five latencies are known and three in a row found it faster', () => {
    const it = setUp();
    for (let i = 0; i < 20; i += 1) it.answer('a', 100);
    for (let i = 0; i < 6; i += 1) it.answer('b', 20);
    expect(it.directory.preferred).toBe('a');
    it.answer('b', 20);
    expect(it.directory.preferred).toBe('b');
  });

  test.each([
    { presentMs: 20, otherMs: 11 },
    { presentMs: 200, otherMs: 161 },
  ])('stays at $presentMs ms when another answers in $otherMs ms: too little to gain', (latencies) => {
    const it = setUp();
    for (let i = 0; i < 50; i += 1) {
      it.answer('a', latencies.presentMs);
      it.answer('b', latencies.otherMs);
    }
    expect(it.directory.preferred).toBe('a');
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
