import type { History, Violation } from '../history.ts';

/**
 * Checks that no region has ever given one count of an item to two different writes, and nobody one dot, lost writes
 * included. The first write of a key with an idempotency key gives its count to every region, as it is the same write
 * wherever it is made.
 */
export function checkCounts({ images }: Pick<History, 'images'>): Violation[] {
  const owners = new Map<string, string>();
  return images.flatMap(({ item, region, version, dot, write }) =>
    [`${region}=${version[region] ?? 0} of ${item}`, `dot ${dot} of ${item}`].flatMap((name) => {
      const owner = owners.get(name) ?? write;
      owners.set(name, owner);
      return owner === write
        ? []
        : [{ checker: 'counts' as const, message: `${name} was given to ${owner} and to ${write}` }];
    }),
  );
}
