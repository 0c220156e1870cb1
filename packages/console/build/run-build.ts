import { basename } from 'node:path';
import { terminal } from '@gsp/cli-kit';
import { type BuildConsoleOptions, type BuiltConsole, buildConsole } from './build-console.ts';
import { publishConsole, readOutputs } from './publish-console.ts';
import {
  FIRST_LOAD_BUDGET_BYTES,
  firstLoadBytes,
  renderSizes,
  requireBudget,
  siteSizes,
} from './site-sizes.ts';

/** The options of `npm run build`, parsed. */
export interface RunBuildOptions {
  readonly outDir: string;
  /** File with the platform's outputs. */
  readonly outputs: string;
  readonly json: boolean;
}

/**
 * Builds the console into a folder for hosting, with the outputs beside it.
 *
 * @throws {CommandError} where the outputs are missing, the source does not build, the first load is over its budget, or
 *   the folder holds something else; the folder is then as it was
 */
export async function runBuild(
  { outDir, outputs: outputsFile, json }: RunBuildOptions,
  options: BuildConsoleOptions = {},
): Promise<void> {
  const outputs = await readOutputs(outputsFile);
  const built = await (json ? buildConsole(options) : buildAloud(options));
  const files = await siteSizes(built);
  if (!json) terminal.print(renderSizes(files));
  requireBudget(files);
  await publishConsole(built.siteDir, { outDir, outputs });
  if (json) {
    const firstLoadGzipBytes = firstLoadBytes(files);
    const budgetGzipBytes = FIRST_LOAD_BUDGET_BYTES;
    return terminal.print(JSON.stringify({ outDir, files, firstLoadGzipBytes, budgetGzipBytes }, null, 2));
  }
  terminal.print(`Wrote ${outDir}, with ${basename(outputsFile)} beside the page`);
}

function buildAloud(options: BuildConsoleOptions): Promise<BuiltConsole> {
  return terminal.during(
    'Building the console',
    () => buildConsole(options),
    ({ fromCache }, ms) =>
      `Built the console in ${(ms / 1000).toFixed(1)} s${fromCache ? ' (unchanged since the last time)' : ''}`,
  );
}
