import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const VERSION_LIMIT_MS = 20_000;
const LAUNCH_LIMIT_MS = 30_000;

/** Names of Debian's Chromium, by path first: a `PATH` may be short where tests run. */
const CANDIDATES = ['/usr/bin/chromium', 'chromium'] as const;

/**
 * The program to launch: `CHROMIUM` of the environment, else Debian's. Where there is none, the tests that need it are
 * skipped, and this says so loudly: continuous integration installs it.
 *
 * @throws {Error} when `CHROMIUM` names something that does not run, since whoever set it wants the tests to run
 */
export function findChromium(): string | undefined {
  const { CHROMIUM: given = '' } = process.env;
  if (given !== '') {
    if (runs(given)) return given;
    throw new Error(
      `Cannot launch Chromium: CHROMIUM is ${given}, which does not run. Set it to an executable, or unset it.`,
    );
  }
  const found = CANDIDATES.find(runs);
  if (found === undefined)
    process.stderr.write('\n*** SKIPPED: chromium is not installed; tests of the console do not run ***\n\n');
  return found;
}

function runs(program: string): boolean {
  const { error, status } = spawnSync(program, ['--version'], { timeout: VERSION_LIMIT_MS, stdio: 'ignore' });
  return error === undefined && status === 0;
}

/**
 * Starts a browser without a window. The caller closes it.
 *
 * Names under `.test`, which RFC 2606 keeps free, lead to this machine in it: so a platform can be looked at under the
 * names of its own domain, which the twin's APIs answer to.
 */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: LAUNCH_LIMIT_MS,
    // No GPU process and no shared memory of /dev/shm, which containers keep small.
    args: ['--disable-gpu', '--disable-dev-shm-usage', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });
}
