import type { NotEmulated } from './resolved-region.ts';

/** Collects what the twin leaves out, by type, each logical id once. */
export class NotEmulatedList {
  readonly #byType = new Map<string, Set<string>>();

  add(type: string, logicalId: string): void {
    const ids = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, ids.add(logicalId));
  }

  /** Ordered by type and logical id, so that the same templates give the same text. */
  toArray(): NotEmulated[] {
    return [...this.#byType]
      .map(([type, ids]) => ({ type, logicalIds: [...ids].sort() }))
      .sort((a, b) => (a.type < b.type ? -1 : 1));
  }
}

/** Whether a property switches something on: anything but a false flag, nothing, or an object of those. */
export function isSwitchedOn(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.values(value).some(isSwitchedOn);
  return true;
}
