/** Gives a lock back. Call it once. */
export type Release = () => void;

/**
 * Locks by name, given in the order in which they were asked for. A caller who needs several takes them by
 * `acquireAll`, which does so in one order for everybody, so that no two callers can wait for each other.
 */
export class KeyLock {
  /** The waiters of every lock that is held. */
  readonly #waiting = new Map<string, Release[]>();

  /** Takes a lock, after all who asked for it before. */
  async acquire(name: string): Promise<Release> {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, []);
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return () => this.#release(name);
  }

  /** Takes several locks; a name that occurs twice is taken once. */
  async acquireAll(names: Iterable<string>): Promise<Release> {
    const releases: Release[] = [];
    for (const name of [...new Set(names)].sort()) releases.push(await this.acquire(name));
    return () => {
      for (const release of releases) release();
    };
  }

  #release(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next === undefined) this.#waiting.delete(name);
    else next();
  }
}
