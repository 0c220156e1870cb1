import { describe, expect, it } from 'vitest';
import { NotATwinError, readTwinState } from '../src/platform/twin-state.ts';
import { twinState } from './twin-state-fixture.ts';

describe('readTwinState()', () => {
  it('takes the answer of a twin, with and without a domain', () => {
    const whole = twinState();
    const bare = twinState({ global: null, route53: null });
    expect(readTwinState(whole)).toBe(whole);
    expect(readTwinState(bare)).toBe(bare);
  });

  it.each([
    ['no JSON object', []],
    ['no list of regions', { ...twinState(), regions: [{ region: 1 }] }],
    ['no list of links', { ...twinState(), links: undefined }],
    ['no time scale or lag', { ...twinState(), timeScale: '1' }],
    ['no health checks, records and answers', { ...twinState(), route53: { checks: [] } }],
  ])('refuses an answer with %s and says what to run', (missing, value) => {
    expect(() => readTwinState(value)).toThrow(NotATwinError);
    expect(() => readTwinState(value)).toThrow(new RegExp(`${missing}.*npm start`));
  });
});
