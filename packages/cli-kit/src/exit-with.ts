import { CommanderError } from 'commander';

/** Exit statuses of every command: fine, failed, misused. */
const EXIT = { ok: 0, failed: 1, misused: 2 } as const;

/** Names of the errors whose message is meant for a person as it stands; any other is a fault of ours. */
const EXPECTED = new Set([
  'CommandError',
  'TwinError',
  'EngineError',
  'AssemblyError',
  'SynthesisError',
  'TopologyError',
  'StaleOutputsError',
  'GateError',
  'DrillError',
  'EvacuationError',
  'DoctorError',
  'ConsoleError',
  'ClientBuildError',
  'ProbeError',
  'InvalidOutputsError',
  'CloudError',
  'DeployError',
  'SmokeError',
  'StatusError',
  'TeardownError',
  'SandboxError',
  'OutputsError',
]);

/**
 * Runs a command and turns what it throws into one clear message and an exit status: 0 fine, 1 failed, 2 misused.
 *
 * An expected error shows its message alone. An unexpected one shows its stack, because then the stack is the news.
 */
export async function exitWith(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the help or the complaint itself.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.misused;
      return;
    }
    const expected = error instanceof Error && EXPECTED.has(error.name);
    const text =
      error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = EXIT.failed;
  }
}
