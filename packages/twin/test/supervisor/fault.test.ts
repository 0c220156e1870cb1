import { describe, expect, test } from 'vitest';
import { FaultError, parseFault } from '../../src/supervisor/fault.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'];

describe('parseFault()', () => {
  test.each([-86_400_000, -60_000, 0, 86_400_000])('takes a clock that is %i ms off', (offsetMs) => {
    const fault = { region: 'eu-west-1', kind: 'clock', offsetMs };
    expect(parseFault(fault, REGIONS)).toEqual(fault);
  });

  test('says what a clock takes', () => {
    const act = () => parseFault({ region: 'eu-west-1', kind: 'clock' }, REGIONS);
    expect(act).toThrow(/"kind": "clock", "offsetMs": ±0..86400000/);
  });

  test.each<[string, object, RegExp]>([
    ['no offset', { region: 'eu-west-1', kind: 'clock' }, /offsetMs is wrong/],
    ['a fraction', { region: 'eu-west-1', kind: 'clock', offsetMs: 0.5 }, /offsetMs is wrong/],
    ['a text', { region: 'eu-west-1', kind: 'clock', offsetMs: '1' }, /offsetMs is wrong/],
    ['more than a day', { region: 'eu-west-1', kind: 'clock', offsetMs: 86_400_001 }, /offsetMs is wrong/],
    ['an unknown region', { region: 'us-east-1', kind: 'clock', offsetMs: 1 }, /"us-east-1" is not a region/],
    ['an offset of another fault', { region: 'eu-west-1', kind: 'kill', offsetMs: 1 }, /body is wrong/],
    ['a link', { link: REGIONS, kind: 'clock', offsetMs: 1 }, /kind is wrong/],
  ])('refuses a clock with %s, and names what is wrong', (_, fault, message) => {
    expect(() => parseFault(fault, REGIONS)).toThrow(FaultError);
    expect(() => parseFault(fault, REGIONS)).toThrow(message);
  });
});
