import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculatedVerdict, healthVerdicts } from '../../src/route53/health-verdicts.ts';
import { calculatedCheck, endpointCheck } from './route53-fixture.ts';

const SICK = [{ healthy: false, against: 0 }];

describe('healthVerdicts()', () => {
  test('inverts what was found, so that a new inverted check is unhealthy until it has data', () => {
    const checks = [endpointCheck({ id: 'plain' }), endpointCheck({ id: 'inverted', inverted: true })];
    expect(Object.fromEntries(healthVerdicts(checks, () => []))).toEqual({ plain: true, inverted: false });
    expect(Object.fromEntries(healthVerdicts(checks, () => SICK))).toEqual({ plain: false, inverted: true });
  });

  test('finds a disabled check healthy whatever its endpoint does, and only inversion makes it unhealthy', () => {
    const checks = [
      endpointCheck({ id: 'plain', disabled: true }),
      endpointCheck({ id: 'inverted', disabled: true, inverted: true }),
      calculatedCheck({ id: 'sum', disabled: true, children: [], threshold: 1 }),
    ];
    const verdicts = healthVerdicts(checks, () => SICK);
    expect(Object.fromEntries(verdicts)).toEqual({ plain: true, inverted: false, sum: true });
  });

  test('counts the children with their inversion, in whatever order checks stand, and a disabled or unknown child as healthy', () => {
    const checks = [
      calculatedCheck({ children: ['health', 'evacuated', 'disabled', 'unknown'] }),
      endpointCheck({ id: 'health' }),
      endpointCheck({ id: 'evacuated', inverted: true }),
      endpointCheck({ id: 'disabled', disabled: true }),
    ];
    const opinions = (evacuated: boolean) => (id: string) => [
      { healthy: id === 'evacuated' ? evacuated : true, against: 0 },
    ];
    expect(healthVerdicts(checks, opinions(false)).get('calculated')).toBe(true);
    expect(healthVerdicts(checks, opinions(true)).get('calculated')).toBe(false);
  });
});

describe('calculatedVerdict()', () => {
  test('is always healthy with threshold 0, never above the number of children, and monotonic between', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), fc.nat(20), (children, threshold) => {
        expect(calculatedVerdict(children, 0)).toBe(true);
        expect(calculatedVerdict(children, children.length + 1)).toBe(false);
        if (calculatedVerdict(children, threshold + 1))
          expect(calculatedVerdict(children, threshold)).toBe(true);
        if (calculatedVerdict(children, threshold))
          expect(calculatedVerdict([...children, false], threshold)).toBe(true);
      }),
    );
  });
});
