import { describe, expect, it } from 'vitest';
import { describeMeasuredLink, describeTwinLink } from '../src/links/link-lane.tsx';
import { twinLink } from './twin-state-fixture.ts';

describe('describeTwinLink()', () => {
  it.each([
    ['flowing', 'replicating', {}],
    ['delayed', 'delayed, +3.0 s', { delayMs: 3_000 }],
    ['cut', 'cut', { cut: true, delayMs: 3_000, backlog: 7 }],
    ['stalled', 'peer is down', { backlog: 4, lastError: 'connect ECONNREFUSED' }],
    ['stalled', 'stalled for 20 s', { backlog: 4, delayMs: 3_000, stalledMs: 20_000 }],
    ['unknown', 'source is down', { backlog: null, lagMs: null }],
    // An error of the past without anything that waits is none.
    ['flowing', 'replicating', { backlog: 0, lastError: 'connect ECONNREFUSED' }],
  ])('is %s, in words "%s", when the twin says %j', (flow, label, changes) => {
    expect(describeTwinLink(twinLink('a', 'b', changes))).toMatchObject({ flow, label });
  });

  it('shows a dash for what was not measured, never a zero', () => {
    const view = describeTwinLink(twinLink('a', 'b', { backlog: null, lagMs: null }));
    expect([view.p50, view.p99, view.backlog]).toEqual(['–', '–', '–']);
  });
});

describe('describeMeasuredLink()', () => {
  it('knows nothing until somebody has measured', () => {
    expect(describeMeasuredLink({ from: 'a', to: 'b' }, null)).toMatchObject({ flow: 'unknown', p50: '–' });
    expect(describeMeasuredLink({ from: 'a', to: 'b' }, 420)).toMatchObject({
      flow: 'flowing',
      p50: '420 ms',
    });
  });
});
