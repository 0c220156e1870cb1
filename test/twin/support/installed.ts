import { spawnSync } from 'node:child_process';

/**
 * Whether a program of the system is there. Where it is not, the tests that need it are skipped, and this says so
 * loudly: continuous integration installs it.
 */
export function isInstalled(program: string, args: readonly string[] = ['-v']): boolean {
  const { error } = spawnSync(program, args, { timeout: 10_000 });
  if (error === undefined) return true;
  process.stderr.write(`\n*** SKIPPED: ${program} is not installed; tests that need it do not run ***\n\n`);
  return false;
}
