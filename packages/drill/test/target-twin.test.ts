import type { TwinLink, TwinRegion } from '@gsp/twin/control';
import { describe, expect, test } from 'vitest';
import { pendingIn } from '../src/target-twin.ts';
import { C, W } from './judge/history-fixture.ts';

const mapping = { functionName: 'conflicts', backlog: 0, lastError: null };
const region = (name: string, changed: object = {}) =>
  ({ region: name, status: 'running', eventSourceMappings: [mapping], ...changed }) as unknown as TwinRegion;
const link = (backlog: number | null) => ({ from: W, to: C, backlog }) as TwinLink;

describe('pendingIn', () => {
  test('pendingIn() has nothing to tell of a twin that has caught up', () => {
    expect(pendingIn({ regions: [region(W), region(C)], links: [link(0)] })).toEqual([]);
  });

  test('pendingIn() tells of regions, links and consumers that are behind, and why', () => {
    const failing = { ...mapping, backlog: 3, lastError: 'Error: no table' };
    const regions = [region(W, { eventSourceMappings: [failing] }), region(C, { status: 'down' })];
    expect(pendingIn({ regions, links: [link(null)] })).toEqual([
      'eu-central-1 is down',
      'unknown changes from eu-west-1 to eu-central-1',
      '3 changes of eu-west-1 for conflicts, whose last attempt failed (Error: no table)',
    ]);
  });
});
