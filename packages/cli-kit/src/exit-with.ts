import { type Command, CommanderError } from 'commander';
import { isExpected } from './command-error.ts';
import { askLoopbackWithoutProxy } from './loopback-without-proxy.ts';

/** Exit statuses of every command: fine, failed, misused. */
const EXIT = { ok: 0, failed: 1, misused: 2 } as const;

/**
 * Runs a command and turns what it throws into one clear message and an exit status: 0 fine, 1 failed, 2 misused.
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
    process.exitCode = EXIT.failed;
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
