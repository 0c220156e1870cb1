import type { Conflict, Item } from '@gsp/platform/contract';

/** An item, but for what is said. */
export function itemOf(differing: Partial<Item> = {}): Item {
  const at = '2026-01-01T10:00:00.000Z';
  return {
    pk: 'p',
    sk: 's',
    createdAt: at,
    updatedAt: at,
    ttl: 1_800_000_000,
    region: 'eu-west-1',
    version: { 'eu-west-1': 1 },
    ...differing,
  };
}

/** A write of eu-west-1 that was lost to one of eu-central-1, but for what is said. */
export function conflictOf(differing: Partial<Conflict> = {}): Conflict {
  return {
    id: 'MTc5NTM0ODgwMDEyMyNhYiM3I3A',
    loser: itemOf({ version: { 'eu-west-1': 3 }, data: 'A' }),
    winner: {
      region: 'eu-central-1',
      version: { 'eu-central-1': 9 },
      updatedAt: '2026-01-01T10:00:02.000Z',
    },
    detectedAt: '2026-01-01T10:00:05.000Z',
    detectedIn: 'eu-west-1',
    ttl: 1_800_000_000,
    ...differing,
  };
}
