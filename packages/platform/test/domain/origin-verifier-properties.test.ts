// Goal: what the edge may send is accepted, and nothing else, whatever the secrets' store does meanwhile; and that store is
// asked no more often than allowed. Method: two secrets in memory, a clock that is moved by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Slot, originVerifierUnderTest as setUp, slots } from './origin-verifier-under-test.ts';
import { passTime } from './pass-time.ts';

const passing = fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 400_000 }) });
const rotation = fc.record({ kind: fc.constant('rotate' as const), slot: fc.constantFrom(...slots) });
const outage = fc.record({ kind: fc.constant('outage' as const), slot: fc.constantFrom(...slots) });
const recovery = fc.constant({ kind: 'recover' as const });
const request = fc.record({ kind: fc.constant('request' as const), value: fc.nat({ max: 12 }) });
const shortPassing = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.integer({ min: 0, max: 2_000 }),
});

/** Values that a secret had, with the time from which on. */
type Past = { readonly value: string; readonly fromMs: number }[];

function wasWithin(past: Past, value: string, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  return past.some((each, index) => {
    const endMs = past[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    return each.value === value && each.fromMs <= toMs && endMs >= fromMs;
  });
}

describe('a verifier of origins, whatever happens,', () => {
  it('accepts no value that no secret had within the life of its cache, while all can be read', async () => {
    const steps = fc.array(fc.oneof(passing, shortPassing, rotation, request), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (each) => {
        const { ask, clock, secrets } = setUp();
        const pasts: Record<Slot, Past> = { a: [], b: [] };
        const set = (slot: Slot, value: string) => {
          secrets[slot] = value;
          pasts[slot].push({ value, fromMs: clock.nowMs() });
        };
        for (const slot of slots) set(slot, 'v0');
        let values = 0;
        for (const step of each) {
          if (step.kind === 'pass') clock.advance(step.ms);
          if (step.kind === 'rotate') set(step.slot, `v${++values}`);
          if (step.kind !== 'request') continue;
          const value = `v${step.value}`;
          const verdict = await ask(value);
          const toMs = clock.nowMs();
          const wasThere = slots.some((slot) =>
            wasWithin(pasts[slot], value, { fromMs: toMs - 300_000, toMs }),
          );
          if (verdict === 'edge') expect(wasThere).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('accepts a new value once 30 s have passed since it was set', async () => {
    const steps = fc.array(fc.oneof(passing, shortPassing, rotation, request), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(...slots), async (each, slot) => {
        const { ask, clock, secrets } = setUp();
        for (const step of each) {
          if (step.kind === 'pass') clock.advance(step.ms);
          if (step.kind === 'rotate') secrets[step.slot] = `v${clock.nowMs()}`;
          if (step.kind === 'request') await ask(`v${step.value}`);
        }
        secrets[slot] = 'the new one';
        await ask('the new one');
        clock.advance(30_000);
        expect(await ask('the new one')).toBe('edge');
      }),
      { numRuns: 300 },
    );
  });

  it('never asks more often than allowed, nor forgets what it knew, while reads fail', async () => {
    const steps = fc.array(fc.oneof(passing, shortPassing, rotation, outage, recovery, request), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (each) => {
        const { ask, clock, secrets, reads } = setUp();
        const kept: Record<Slot, string> = { a: 'v0', b: 'v0' };
        const seen: Partial<Record<Slot, string>> = {};
        let values = 0;
        for (const step of each) {
          if (step.kind === 'pass') clock.advance(step.ms);
          if (step.kind === 'rotate') kept[step.slot] = `v${++values}`;
          if (step.kind === 'rotate' && secrets[step.slot] !== undefined)
            secrets[step.slot] = kept[step.slot];
          if (step.kind === 'outage') secrets[step.slot] = undefined;
          if (step.kind === 'recover') Object.assign(secrets, kept);
          if (step.kind !== 'request') continue;
          const before = reads.length;
          const wasComplete = slots.every((slot) => seen[slot] !== undefined);
          const latestMs = reads.at(-1)?.atMs;
          const value = `v${step.value}`;
          const verdict = await ask(value);
          if (reads.length > before && latestMs !== undefined)
            expect(clock.nowMs() - latestMs).toBeGreaterThanOrEqual(wasComplete ? 30_000 : 1_000);
          expect(reads.length - before).toBeLessThanOrEqual(2);
          for (const { slot, isGood } of reads.slice(before)) if (isGood) seen[slot] = secrets[slot] ?? '';
          const known = slots.map((slot) => seen[slot]);
          const otherwise = known.includes(undefined) ? 'unknown' : 'elsewhere';
          expect(verdict).toBe(known.includes(value) ? 'edge' : otherwise);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has one attempt under way, however many requests come at once', async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 0, max: 1_400 }), async (startsMs, takesMs) => {
        const underWay: Record<string, number> = {};
        let most = 0;
        const { clock, ask } = setUp({
          read: (name) =>
            new Promise((resolve) => {
              underWay[name] = (underWay[name] ?? 0) + 1;
              most = Math.max(most, underWay[name]);
              clock.setTimer(takesMs, () => {
                underWay[name] = (underWay[name] ?? 0) - 1;
                resolve(`${name}1`);
              });
            }),
        });
        const verdicts = startsMs.map(
          (startMs) =>
            new Promise((resolve) => clock.setTimer(startMs, () => resolve(ask(startMs % 2 ? 'a1' : 'b1')))),
        );
        const all = await passTime(Promise.all(verdicts), { clock, stepMs: 250 });
        expect(new Set(all)).toStrictEqual(new Set(['edge']));
        expect(most).toBe(1);
      }),
      { numRuns: 40 },
    );
  });
});
