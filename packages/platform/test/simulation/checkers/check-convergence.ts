import type { History, Violation } from '../history.ts';

/** Checks that all replicas hold the same, once writes have stopped and links have healed. */
export function checkConvergence({ replicas }: Pick<History, 'replicas'>): Violation[] {
  const [first, ...others] = replicas;
  if (first === undefined) return [];
  return others.flatMap((other) => {
    const keys = new Set([...first.contents.keys(), ...other.contents.keys()]);
    return [...keys]
      .filter((key) => first.contents.get(key) !== other.contents.get(key))
      .map((key) => ({
        checker: 'convergence' as const,
        message:
          `${key} differs: ${first.region} holds ${first.contents.get(key) ?? 'nothing'}, ` +
          `${other.region} holds ${other.contents.get(key) ?? 'nothing'}`,
      }));
  });
}
