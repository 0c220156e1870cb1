import { describe, expect, test, vi } from 'vitest';
import type { RegionFaults } from '../../src/region/region-messages.ts';
import { applyFault, FaultError, parseFault } from '../../src/supervisor/fault.ts';
import type { Twin } from '../../src/supervisor/twin.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'];
const region = 'eu-west-1';

describe('parseFault()', () => {
  test.each<[object]>([
    [{ region, kind: 'slow', delayMs: 0 }],
    [{ region, kind: 'slow', delayMs: 60_000 }],
    [{ region, kind: 'error', share: 0 }],
    [{ region, kind: 'error', share: 0.25 }],
    [{ region, kind: 'throttle', share: 1 }],
    [{ region, kind: 'heal' }],
  ])('takes %j', (fault) => {
    expect(parseFault(fault, REGIONS)).toEqual(fault);
  });

  test.each<[string, object, RegExp]>([
    ['a delay below 0', { region, kind: 'slow', delayMs: -1 }, /delayMs is wrong/],
    ['a delay of over a minute', { region, kind: 'slow', delayMs: 60_001 }, /delayMs is wrong/],
    ['a fraction of a millisecond', { region, kind: 'slow', delayMs: 0.5 }, /delayMs is wrong/],
    ['no delay', { region, kind: 'slow' }, /delayMs is wrong/],
    ['a share below 0', { region, kind: 'error', share: -0.1 }, /share is wrong/],
    ['a share over 1', { region, kind: 'throttle', share: 1.01 }, /share is wrong/],
    ['a share in percent', { region, kind: 'throttle', share: '20%' }, /share is wrong/],
    ['a share that JSON cannot hold', { region, kind: 'error', share: Number.NaN }, /share is wrong/],
    ['no share', { region, kind: 'error' }, /share is wrong/],
    ['a delay of another fault', { region, kind: 'heal', delayMs: 5 }, /body is wrong/],
    ['a link', { link: REGIONS, kind: 'slow', delayMs: 5 }, /kind is wrong/],
    ['an unknown region', { region: 'us-east-1', kind: 'heal' }, /"us-east-1" is not a region/],
  ])('refuses a fault with %s, and says what each fault takes', (_, fault, message) => {
    expect(() => parseFault(fault, REGIONS)).toThrow(FaultError);
    expect(() => parseFault(fault, REGIONS)).toThrow(message);
  });

  test('says what every fault of a region takes when the kind is none', () => {
    const act = () => parseFault({ region, kind: 'sleep' }, REGIONS);
    expect(act).toThrow(/"kind": "slow", "delayMs": 0\.\.60000/);
    expect(act).toThrow(/"kind": "error" \| "throttle", "share": 0\.\.1/);
    expect(act).toThrow(/"stop" \| "kill" \| "start" \| "heal"/);
  });
});

describe('applyFault()', () => {
  test.each<[string, Parameters<typeof applyFault>[1], Partial<RegionFaults>]>([
    ['slow', { region, kind: 'slow', delayMs: 300 }, { slowMs: 300 }],
    ['error', { region, kind: 'error', share: 0.5 }, { errorShare: 0.5 }],
    ['throttle', { region, kind: 'throttle', share: 0.2 }, { throttleShare: 0.2 }],
    ['heal', { region, kind: 'heal' }, { slowMs: 0, errorShare: 0, throttleShare: 0 }],
  ])('changes of the region just what %s is about', async (_, fault, change) => {
    const changeRegionFaults = vi.fn(async () => undefined);
    const twin = { unit: () => ({}), changeRegionFaults } as unknown as Twin;
    await applyFault(twin, fault);
    expect(changeRegionFaults.mock.calls).toEqual([[region, change]]);
  });
});
