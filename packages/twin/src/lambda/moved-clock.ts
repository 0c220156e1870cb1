/** How far the clock of a region's functions is off, shared with the threads that run them: a change holds at once in all. */
export interface ClockOffset {
  readonly shared: SharedArrayBuffer;
  /** @param offsetMs - whole milliseconds, at most 24 days either way */
  set(offsetMs: number): void;
}

/** An offset that is right from the start. */
export function createClockOffset(offsetMs = 0): ClockOffset {
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const set = (ms: number) => void Atomics.store(cell, 0, ms);
  set(offsetMs);
  return { shared: cell.buffer, set };
}

/**
 * Moves the wall clock of this thread by an offset that somebody else sets: `Date`, and the origin from which
 * `performance.now()` counts. Timers and measured durations go on as before, as on a machine whose clock is set.
 *
 * @returns the machine's own clock, epoch milliseconds
 */
export function moveClock(shared: SharedArrayBuffer): () => number {
  const offsetMs = new Int32Array(shared);
  const MachineDate = Date;
  const machineNow = Date.now;
  const now = () => machineNow() + Atomics.load(offsetMs, 0);
  const MovedDate: DateConstructor = new Proxy(MachineDate, {
    apply: () => new MachineDate(now()).toString(),
    construct: (_, given: readonly unknown[], newTarget): object =>
      Reflect.construct(
        MachineDate,
        given.length === 0 ? [now()] : given,
        // Whoever extends the class is made as such; the class itself is told by its prototype either way.
        newTarget === MovedDate ? MachineDate : newTarget,
      ),
  });
  MachineDate.now = now;
  // What has a date at hand finds the class by it.
  Object.defineProperty(MachineDate.prototype, 'constructor', { value: MovedDate });
  globalThis.Date = MovedDate;
  const { timeOrigin } = performance;
  Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin + Atomics.load(offsetMs, 0) });
  return machineNow;
}
