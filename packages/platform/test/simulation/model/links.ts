import type { Scenario } from '../scenario.ts';
import { type Dice, diceOf } from './dice.ts';
import type { ReplicatedChange } from './replica.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What replication needs. */
export interface LinksOptions {
  readonly time: VirtualTime;
  readonly scenario: Pick<Scenario, 'seed' | 'regions' | 'delayMs' | 'coalesced' | 'duplicated'>;
  readonly deliver: (to: string, change: ReplicatedChange) => void;
}

/**
 * Replication between regions: every region sends its own writes to every other one. Keys overtake each other, the
 * changes of one key keep their order, several of them may arrive as the last one only, and any may arrive twice.
 */
export class Links {
  readonly #options: LinksOptions;
  /** Changes of one key on their way over one link, the oldest first. */
  readonly #underWay = new Map<string, ReplicatedChange[]>();
  readonly #dice = new Map<string, Dice>();
  /** Deliveries that wait for a link to heal, by link. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #cut = new Set<string>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Takes a change that was made in a region. */
  send(from: string, change: ReplicatedChange): void {
    for (const to of this.#options.scenario.regions) {
      if (to === from) continue;
      const link = linkName(from, to);
      const place = `${link} ${change.key}`;
      const queue = this.#underWay.get(place) ?? [];
      queue.push(change);
      this.#underWay.set(place, queue);
      this.#later(link, place, () => this.#deliver(to, link, place));
    }
  }

  cut(from: string, to: string): void {
    this.#cut.add(linkName(from, to));
  }

  heal(from: string, to: string): void {
    const link = linkName(from, to);
    this.#cut.delete(link);
    const waiting = this.#waiting.get(link) ?? [];
    this.#waiting.delete(link);
    for (const go of waiting) this.#later(link, link, go);
  }

  healAll(): void {
    const { regions } = this.#options.scenario;
    for (const from of regions) for (const to of regions) if (from !== to) this.heal(from, to);
  }

  #later(link: string, place: string, go: () => void): void {
    const { time, scenario } = this.#options;
    const { min, max } = scenario.delayMs;
    time.after(this.#diceOf(place).between(min, max), () => {
      if (!this.#cut.has(link)) return go();
      const waiting = this.#waiting.get(link) ?? [];
      waiting.push(go);
      this.#waiting.set(link, waiting);
    });
  }

  #deliver(to: string, link: string, place: string): void {
    const { deliver, scenario } = this.#options;
    const queue = this.#underWay.get(place) ?? [];
    const dice = this.#diceOf(place);
    const sent = dice.chance(scenario.coalesced) ? queue.splice(0).at(-1) : queue.shift();
    if (sent === undefined) return;
    deliver(to, sent);
    if (dice.chance(scenario.duplicated)) this.#later(link, place, () => deliver(to, sent));
  }

  #diceOf(place: string): Dice {
    const known = this.#dice.get(place);
    if (known !== undefined) return known;
    const dice = diceOf(this.#options.scenario.seed, place);
    this.#dice.set(place, dice);
    return dice;
  }
}

function linkName(from: string, to: string): string {
  return `${from}>${to}`;
}
