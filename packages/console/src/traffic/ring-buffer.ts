/** Keeps the latest values, and no more of them than its capacity. */
export interface RingBuffer<T> {
  readonly capacity: number;
  readonly size: number;
  /** Takes a value in; the oldest goes when there is no room. */
  push(value: T): void;
  /** Everything that is kept, the oldest first. A new array each time. */
  toArray(): T[];
  clear(): void;
}

/**
 * Makes an empty ring buffer. A page that is left open for a day holds as much as one that was opened just now.
 *
 * @throws {RangeError} when the capacity is not a whole number of at least 1
 */
export function createRingBuffer<T>(capacity: number): RingBuffer<T> {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RangeError(
      `Cannot make a ring buffer: capacity is ${capacity}, a whole number from 1 is needed`,
    );
  }
  const values: T[] = [];
  let oldest = 0;
  return {
    capacity,
    get size() {
      return values.length;
    },
    push: (value) => {
      if (values.length < capacity) {
        values.push(value);
        return;
      }
      values[oldest] = value;
      oldest = (oldest + 1) % capacity;
    },
    toArray: () => [...values.slice(oldest), ...values.slice(0, oldest)],
    clear: () => {
      values.length = 0;
      oldest = 0;
    },
  };
}
