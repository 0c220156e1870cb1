import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One gate: a Node program and its arguments, run in the repository's root. */
export interface Gate {
  readonly name: string;
  readonly command: readonly string[];
}

/** A gate that did not hold. Its own output says why; this says which one and how to run it alone. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs the gates one after the other with their output shown, and prints what each took.
 *
 * @throws {GateError} at the first gate that fails
 */
export async function runGates(gates: readonly Gate[]): Promise<void> {
  for (const gate of gates) {
    process.stdout.write(`\n▸ ${gate.name}\n`);
    const startedAt = performance.now();
    const status = await run(gate.command);
    if (status !== 0) {
      throw new GateError(
        `Cannot pass the gate "${gate.name}": it ended with status ${status}. Run it alone with: node ${gate.command.join(' ')}`,
      );
    }
    process.stdout.write(`✔ ${gate.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  }
}

function run(command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
