import { describe, expect, it } from 'vitest';
import type { Evacuation } from '../../src/domain/evacuation.ts';
import { cachedEvacuationStatus, type EvacuationKnowledge } from '../../src/domain/evacuation-monitor.ts';

const evacuation: Evacuation = {
  ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', reason: 'drill', by: 'arn:kim' },
  ...{ askedIn: 'eu-central-1', atMs: 1, issuedAtMs: 1, expiresAtMs: 60_001, over: {} },
};

function knowing(...regions: readonly string[]): EvacuationKnowledge {
  return { inForce: new Map(regions.map((region) => [region, { ...evacuation, target: region }])) };
}

/** A monitor that finds out when told to. */
function monitorInHand() {
  const waiting: ((knowledge: EvacuationKnowledge) => void)[] = [];
  return {
    monitor: () => new Promise<EvacuationKnowledge>((resolve) => waiting.push(resolve)),
    findOut: async (knowledge: EvacuationKnowledge) => {
      for (const resolve of waiting.splice(0)) resolve(knowledge);
      await Promise.resolve();
      await Promise.resolve();
    },
    waiting,
  };
}

describe('cachedEvacuationStatus()', () => {
  it('answers at once from memory, and has the monitor look each time', async () => {
    const { monitor, findOut, waiting } = monitorInHand();
    const isEvacuated = cachedEvacuationStatus(monitor, 'eu-west-1');
    expect(isEvacuated()).toBe(false);
    expect(isEvacuated()).toBe(false);
    expect(waiting).toHaveLength(2);
    await findOut(knowing('eu-west-1'));
    expect(isEvacuated()).toBe(true);
    await findOut(knowing());
    expect(isEvacuated()).toBe(false);
  });

  it('is about its own region only', async () => {
    const { monitor, findOut } = monitorInHand();
    const isEvacuated = cachedEvacuationStatus(monitor, 'eu-west-1');
    isEvacuated();
    await findOut(knowing('eu-central-1'));
    expect(isEvacuated()).toBe(false);
  });

  it('goes on with what it knew while the monitor cannot find out', async () => {
    const { monitor, findOut } = monitorInHand();
    const isEvacuated = cachedEvacuationStatus(monitor, 'eu-west-1');
    isEvacuated();
    await findOut(knowing('eu-west-1'));
    isEvacuated();
    await findOut({ inForce: undefined, failure: new Error('down') });
    expect(isEvacuated()).toBe(true);
  });
});
