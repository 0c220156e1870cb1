import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DeployError } from './deploy-error.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * What git prints, without the last newline.
 *
 * @param args of git, as in `['rev-parse', 'HEAD']`
 * @throws {DeployError} where git fails; with what it said
 */
export async function runGit(
  args: readonly string[],
  {
    cwd,
    signal,
    timeoutMs = 60_000,
  }: { readonly cwd: string; readonly signal?: AbortSignal; readonly timeoutMs?: number },
): Promise<string> {
  try {
    const { stdout } = await run('git', args, {
      cwd,
      timeout: timeoutMs,
      maxBuffer: OUTPUT_BYTES_MAX,
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout.trimEnd();
  } catch (error) {
    signal?.throwIfAborted();
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new DeployError(
      `Cannot run git ${args.slice(0, 2).join(' ')}: ${said || 'it ended without a word'}, a git repository is needed. Run it in a clone of yours.`,
      { cause: error },
    );
  }
}
