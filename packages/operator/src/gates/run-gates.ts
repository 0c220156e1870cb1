import { CommandError, runChild, waitForTermination } from '@gsp/cli-kit';
import { findProjectDir } from '../project.ts';

/** Code of the error of a gate that did not hold. Its own output says why; the error, which one and how to run it alone. */
export const GATE_FAILED = 'GateFailed';

/** One gate: a Node program and its arguments, run in the project's folder. */
export interface Gate {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it wants the machine for itself, and its output is to be seen while it runs. @default false */
  readonly isAlone?: boolean;
}

/** Most gates take one core; two at a time is what a small machine has. */
const CONCURRENCY = 2;

/**
 * Runs the gates, two at a time but for those that want to be alone, which come last; prints what each said when it has
 * ended, and what it took.
 *
 * @throws {CommandError} {@link GATE_FAILED} at the first gate that fails; one that runs beside it is ended
 */
export async function runGates(gates: readonly Gate[]): Promise<void> {
  const waiting = gates.filter(({ isAlone = false }) => !isAlone);
  const stop = new AbortController();
  void waitForTermination().then((signal) => stop.abort(new CommandError(`Told to end (${signal}).`)));
  const work = async () => {
    for (let gate = waiting.shift(); gate !== undefined && !stop.signal.aborted; gate = waiting.shift())
      await pass(gate, stop.signal);
  };
  const workers = Array.from({ length: CONCURRENCY }, () =>
    work().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  if (ends.some(({ status }) => status === 'rejected')) throw stop.signal.reason;
  for (const gate of gates.filter(({ isAlone = false }) => isAlone)) await pass(gate, stop.signal);
}

async function pass({ name, command, isAlone = false }: Gate, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  if (isAlone) process.stdout.write(`\n▸ ${name}\n`);
  let output = '';
  const { status } = await runChild(process.execPath, {
    args: command,
    cwd: findProjectDir(),
    signal,
    isVisible: isAlone,
    onText: (text) => {
      output += text;
    },
  });
  process.stdout.write(output);
  if (status !== 0) {
    throw new CommandError(
      `Cannot pass the gate "${name}": it ended with status ${status}. Run it alone with: node ${command.join(' ')}`,
      { code: GATE_FAILED },
    );
  }
  process.stdout.write(`✔ ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
}
