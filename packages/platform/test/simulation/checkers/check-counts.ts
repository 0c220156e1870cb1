import type { History, Violation } from '../history.ts';

/**
 * Checks that no region has ever given one count of an item to two different writes, lost ones included. The first
 * write of a key with an idempotency key gives its count to every region, as it is the same write wherever it is made.
 */
export function checkCounts({ images }: Pick<History, 'images'>): Violation[] {
  const owners = new Map<string, string>();
  return images.flatMap(({ item, region, version, write }) => {
    const count = `${region}=${version[region] ?? 0} of ${item}`;
    const owner = owners.get(count) ?? write;
    owners.set(count, owner);
    return owner === write
      ? []
      : [{ checker: 'counts' as const, message: `${count} was given to ${owner} and to ${write}` }];
  });
}
