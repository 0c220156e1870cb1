import { describe, expect, it } from 'vitest';
import { evacuationState, readProbe } from '../src/evacuation/evacuation-state.ts';

const says = (isEvacuated: boolean | null, expiresAt: string | null = null) => ({
  peer: 'p',
  isEvacuated,
  expiresAt,
});

describe('evacuationState()', () => {
  it.each([
    ['unknown', []],
    ['unknown', [says(null), says(null)]],
    ['in-service', [says(false), says(null)]],
    ['partly', [says(true), says(false)]],
    ['evacuated', [says(true), says(null)]],
  ] as const)('is %s when the peers say %j', (standing, probes) => {
    expect(evacuationState('r', probes).standing).toBe(standing);
  });

  it('ends when the last peer says it does', () => {
    const [early, late] = ['2026-11-23T10:00:00.000Z', '2026-11-23T11:00:00.000Z'] as const;
    expect(evacuationState('r', [says(true, late), says(true, early)]).expiresAt).toBe(late);
    expect(evacuationState('r', [says(false)]).expiresAt).toBeNull();
  });
});

describe('readProbe()', () => {
  it('takes 200 for yes, 404 for no, and anything else for neither', () => {
    const expiresAt = '2026-11-23T10:00:00.000Z';
    expect(readProbe('p', { status: 200, body: { expiresAt } })).toEqual(says(true, expiresAt));
    expect(readProbe('p', { status: 200, body: null })).toEqual(says(true));
    expect(readProbe('p', { status: 404, body: null })).toEqual(says(false));
    expect(readProbe('p', { status: 503, body: null })).toEqual(says(null));
  });
});
