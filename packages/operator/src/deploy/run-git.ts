import { runChild } from '@gsp/cli-kit';
import { DeployError } from './deploy-error.ts';

const OUTPUT_CHARACTERS_MAX = 16_000_000;

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
    const keptCharacters = OUTPUT_CHARACTERS_MAX;
    const { status, stdout, stderr } = await runChild('git', {
      args,
      cwd,
      signal,
      timeoutMs,
      keptCharacters,
    });
    if (status === 0) return stdout.trimEnd();
    throw new Error(stderr.trim() || 'it ended without a word');
  } catch (error) {
    signal?.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    throw new DeployError(
      `Cannot run git ${args.slice(0, 2).join(' ')}: ${said}, a git repository is needed. Run it in a clone of yours.`,
      { cause: error },
    );
  }
}
