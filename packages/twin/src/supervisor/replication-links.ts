import type { LinkSettings } from '../region/region-messages.ts';

const HEALED: LinkSettings = { cut: false, delayMs: 0 };

/** A directed replication link: what is written in `from` reaches `to`. */
export type LinkEnds = readonly [from: string, to: string];

/**
 * How each directed link of the mesh is meant to behave. Kept apart from the regions, so that a link that was
 * cut stays cut while the region behind it dies and comes back.
 */
export class ReplicationLinks {
  readonly #settings = new Map<string, LinkSettings>();
  readonly regions: readonly string[];

  constructor(regions: readonly string[]) {
    this.regions = regions;
  }

  /** Every directed pair of regions, in topology order. */
  all(): LinkEnds[] {
    return this.regions.flatMap((from) =>
      this.regions.filter((to) => to !== from).map((to): LinkEnds => [from, to]),
    );
  }

  get([from, to]: LinkEnds): LinkSettings {
    return this.#settings.get(`${from}>${to}`) ?? HEALED;
  }

  /** Changes a link in part and returns the whole of its new settings. */
  change([from, to]: LinkEnds, change: Partial<LinkSettings>): LinkSettings {
    const settings = { ...this.get([from, to]), ...change };
    this.#settings.set(`${from}>${to}`, settings);
    return settings;
  }

  /** The settings of all links that leave one region, by the region they lead to. */
  outboundOf(from: string): Record<string, LinkSettings> {
    return Object.fromEntries(
      this.all()
        .filter(([source]) => source === from)
        .map((link) => [link[1], this.get(link)]),
    );
  }
}
