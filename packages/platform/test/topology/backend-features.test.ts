import { describe, expect, test } from 'vitest';
import {
  canLoseWrites,
  hasHeartbeat,
  hasSeveralIssuers,
  isEdgeOnly,
  zoneOf,
} from '../../src/topology/backend-features.ts';
import { contextOf } from '../infra/backend-fixture.ts';

const ZONE = { zoneName: 'example.com', hostedZoneId: 'Z0EXAMPLE' };
const NEW_ZONE = { ...ZONE, hostedZoneId: null };
const issuer = (name: string) => ({ issuer: `https://${name}.example.com`, audiences: ['app'] });
const jwtOf = (...names: string[]) => ({
  issuers: names.map(issuer),
  readScopes: [],
  writeScopes: [],
});

describe('what a backend has', () => {
  test('zoneOf() is the zone, and undefined while there is none or it is still to be made', () => {
    expect(zoneOf(contextOf({ domain: ZONE }))).toEqual(ZONE);
    expect(zoneOf(contextOf({ domain: NEW_ZONE }))).toBeUndefined();
    expect(zoneOf(contextOf())).toBeUndefined();
  });

  test('canLoseWrites() is false under strong consistency only', () => {
    const table = { consistency: 'strong', timeToLive: false, witnessRegion: 'eu-west-2' } as const;
    expect(canLoseWrites(contextOf())).toBe(true);
    expect(canLoseWrites(contextOf({ table }))).toBe(false);
  });

  test('hasHeartbeat() takes a peer and the setting', () => {
    expect(hasHeartbeat(contextOf())).toBe(true);
    expect(hasHeartbeat(contextOf({ observability: { heartbeat: false } }))).toBe(false);
    expect(hasHeartbeat(contextOf({}, { regions: ['eu-west-1'] }))).toBe(false);
  });

  test('hasSeveralIssuers() is true where API Gateway cannot verify tokens by itself', () => {
    expect(hasSeveralIssuers(contextOf())).toBe(false);
    expect(hasSeveralIssuers(contextOf({ jwt: jwtOf('one') }))).toBe(false);
    expect(hasSeveralIssuers(contextOf({ jwt: jwtOf('one', 'other') }))).toBe(true);
  });

  test('isEdgeOnly() takes an edge that is enforced, and a zone that exists', () => {
    const edge = { cloudFront: true };
    expect(isEdgeOnly(contextOf({ domain: ZONE, edge }))).toBe(true);
    expect(isEdgeOnly(contextOf({ domain: ZONE, edge: { ...edge, enforced: false } }))).toBe(false);
    expect(isEdgeOnly(contextOf({ domain: NEW_ZONE, edge }))).toBe(false);
    expect(isEdgeOnly(contextOf({ domain: ZONE }))).toBe(false);
  });
});
