import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalText,
  barShare,
  giveUp,
  lookAgain,
  noteLook,
  startTimeline,
} from '../src/items/arrival-timeline.ts';

const regions = ['eu-west-1', 'eu-central-1', 'eu-north-1'];
const anyLook = fc.record({
  region: fc.constantFrom(...regions),
  look: fc.constantFrom('visible', 'absent', 'unreachable'),
  atMs: fc.nat(60_000),
});

describe('noteLook()', () => {
  it('keeps the first moment at which a region showed the write, whatever comes after it', () =>
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 40 }), (looks) => {
        const timeline = looks.reduce(noteLook, startTimeline(regions, 'eu-west-1'));
        for (const { region, state, afterMs } of timeline) {
          const first = looks.find((seen) => seen.region === region && seen.look === 'visible');
          if (region === 'eu-west-1') expect([state, afterMs]).toEqual(['acknowledged', 0]);
          else expect(afterMs).toBe(first?.atMs ?? null);
        }
      }),
    ));

  it('says later than when it was not there yet', () => {
    const waiting = [
      { region: 'eu-central-1', look: 'absent', atMs: 120 },
      { region: 'eu-central-1', look: 'unreachable', atMs: 200 },
      { region: 'eu-central-1', look: 'visible', atMs: 240 },
    ] as const;
    expect(waiting.reduce(noteLook, startTimeline(['eu-central-1'], 'eu-west-1'))).toEqual([
      { region: 'eu-central-1', state: 'visible', afterMs: 240, absentAtMs: 120, looks: 3 },
    ]);
  });
});

describe('giveUp()', () => {
  it('ends what is under way only, and lookAgain() takes it up', () => {
    const started = noteLook(startTimeline(regions, 'eu-west-1'), {
      region: 'eu-central-1',
      look: 'visible',
      atMs: 30,
    });
    const ended = giveUp(started);
    expect(ended.map(({ state }) => state)).toEqual(['acknowledged', 'visible', 'gave-up']);
    expect(lookAgain(ended).map(({ state }) => state)).toEqual(['acknowledged', 'visible', 'waiting']);
  });
});

describe('arrivalText()', () => {
  it('says how long it took, or that it is not there', () => {
    const [here, there, nowhere] = noteLook(startTimeline(regions, 'eu-west-1'), {
      region: 'eu-central-1',
      look: 'visible',
      atMs: 1_412.4,
    }).map(arrivalText);
    expect([here, there, nowhere]).toEqual([
      'written and acknowledged here',
      'visible 1,412 ms after the acknowledgement',
      'not yet',
    ]);
  });

  it('says when it was looked for in vain, as it came after that', () => {
    const arrival = { region: 'r', state: 'visible', afterMs: 240, absentAtMs: 199.6, looks: 3 } as const;
    expect(arrivalText(arrival)).toBe('visible 240 ms after the acknowledgement, and not yet after 200 ms');
  });
});

describe('barShare()', () => {
  it('grows with time and stays on the bar', () =>
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((ms) => barShare(ms, 60_000));
        expect(less).toBeLessThanOrEqual(more ?? 0);
        expect([less, more].every((share = -1) => share >= 0 && share <= 1)).toBe(true);
      }),
    ));
});
