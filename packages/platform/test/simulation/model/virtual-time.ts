import { setImmediate } from 'node:timers/promises';

interface Event {
  readonly dueMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Events that time may still bring; more than that means that something goes on for ever. */
const eventsMax = 200_000;

/**
 * Time of a simulated world. Nothing happens by itself: `run` takes the next event, sets the time to it, and lets
 * everything that waits for promises go on until it waits again. So a run depends on its events alone.
 */
export class VirtualTime {
  #nowMs: number;
  #order = 0;
  #settles = false;
  readonly #heap: Event[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets something happen after `delayMs`; events of the same time happen in the order in which they were set. */
  after(delayMs: number, happen: () => void): void {
    this.at(this.#nowMs + Math.max(0, delayMs), happen);
  }

  /** Lets something happen at `dueMs`, or now if that is over. */
  at(dueMs: number, happen: () => void): void {
    push(this.#heap, { dueMs: Math.max(dueMs, this.#nowMs), order: this.#order++, happen });
  }

  /** Tells that the present event has settled a promise, so that code which awaits it has to go on before the next. */
  settled(): void {
    this.#settles = true;
  }

  /**
   * Lets events happen until none is left.
   *
   * @throws Error when there is no end to them.
   */
  async run(): Promise<void> {
    for (let count = 0; ; count++) {
      const event = pop(this.#heap);
      if (event === undefined) return;
      if (count === eventsMax)
        throw new Error(`Cannot end the run: ${eventsMax} events happened, and more wait`);
      this.#nowMs = event.dueMs;
      event.happen();
      if (!this.#settles) continue;
      this.#settles = false;
      await setImmediate();
    }
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let index = heap.push(event) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(event, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const isRight = right !== undefined && left !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = 2 * index + (isRight ? 2 : 1);
  }
  heap[index] = last;
  return first;
}
