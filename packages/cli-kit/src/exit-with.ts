import { type Command, CommanderError } from 'commander';
import { isExpected } from './command-error.ts';
import { askLoopbackWithoutProxy } from './loopback-without-proxy.ts';

/** Exit statuses of every command: fine, failed, misused, inconclusive. */
const EXIT = { ok: 0, failed: 1, misused: 2, inconclusive: 3 } as const;

/** Code of a {@link CommandError} of a command that cannot tell whether all is well. */
export const INCONCLUSIVE = 'Inconclusive';

/**
 * Runs a command and turns what it throws into one clear message and an exit status: 0 fine, 1 failed, 2 misused, 3 inconclusive.
 *
 * A twin on this machine is asked without the proxy of the environment. An expected error shows its message alone. An unexpected one shows its stack, because then the stack is the news.
 */
export async function exitWith(command: () => Promise<void>): Promise<void> {
  askLoopbackWithoutProxy();
  try {
    await command();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the help or the complaint itself.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.misused;
      return;
    }
    process.stderr.write(`\n${textOf(error)}\n`);
    const isOpen = isExpected(error) && 'code' in error && error.code === INCONCLUSIVE;
    process.exitCode = isOpen ? EXIT.inconclusive : EXIT.failed;
  }
}

/** Parses what this process was given and carries the command out, as {@link exitWith} does. */
export function runCommand(command: Command): Promise<void> {
  return exitWith(async () => {
    await command.parseAsync();
  });
}

function textOf(error: unknown): string {
  if (isExpected(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
