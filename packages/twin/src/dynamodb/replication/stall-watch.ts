/** How long nothing may arrive at a peer whose link is up, beside the lag that the link is given, until that is an error. */
export const STALL_MS = 15_000;

/** Tells a link on which nothing gets through from one that has nothing to do, or is slow on purpose. */
export class StallWatch {
  readonly #clock: () => number;
  readonly #lagMsMax: number;
  #sinceMs: number;

  constructor(options: { readonly clock: () => number; readonly lagMsMax: number }) {
    this.#clock = options.clock;
    this.#lagMsMax = options.lagMsMax;
    this.#sinceMs = options.clock();
  }

  /** Something arrived, or there was nothing to send until now, or the link was set to something else. */
  restart(): void {
    this.#sinceMs = this.#clock();
  }

  /** For how long nothing has arrived; nothing while that is as it should be. */
  stalledMs(link: {
    readonly isCut: boolean;
    readonly backlog: number;
    readonly delayMs: number;
  }): number | undefined {
    if (link.isCut || link.backlog === 0) return undefined;
    const waitedMs = this.#clock() - this.#sinceMs;
    return waitedMs > STALL_MS + this.#lagMsMax + link.delayMs ? waitedMs : undefined;
  }
}
