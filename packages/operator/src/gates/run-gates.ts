import { type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One gate: a Node program and its arguments, run in the repository's root. */
export interface Gate {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether it wants the machine for itself, and its output is to be seen while it runs. @default false */
  readonly isAlone?: boolean;
}

/** A gate that did not hold. Its own output says why; this says which one and how to run it alone. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Most gates take one core; two at a time is what a small machine has. */
const CONCURRENCY = 2;

/**
 * Runs the gates, two at a time but for those that want to be alone, which come last; prints what each said when it has
 * ended, and what it took.
 *
 * @throws {GateError} at the first gate that fails; one that runs beside it is ended
 */
export async function runGates(gates: readonly Gate[]): Promise<void> {
  const waiting = gates.filter(({ isAlone = false }) => !isAlone);
  const stop = new AbortController();
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

async function pass(gate: Gate, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  if (gate.isAlone === true) process.stdout.write(`\n▸ ${gate.name}\n`);
  const { status, output } = await run(gate, signal);
  // What was ended for the sake of another gate has nothing to say.
  if (signal.aborted) return;
  process.stdout.write(output);
  if (status !== 0) {
    throw new GateError(
      `Cannot pass the gate "${gate.name}": it ended with status ${status}. Run it alone with: node ${gate.command.join(' ')}`,
    );
  }
  process.stdout.write(`✔ ${gate.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
}

function run(
  { command, isAlone = false }: Gate,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => void chunks.push(chunk));
    const end = () => child.kill();
    signal.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve({ status: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
