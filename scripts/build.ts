/**
 * `npm run build`: builds the console for Amplify Hosting, or any server of files, with amplify_outputs.json beside it.
 *
 * Prints what every file weighs, and fails when a browser would have to load too much before it shows anything.
 */
import { join } from 'node:path';
import { exitWith } from '@gsp/cli-kit';
import { findProjectDir } from '@gsp/operator/project';
import { Command } from 'commander';

const program: Command = new Command('npm run build --')
  .description('Build the console, with the amplify_outputs.json of this folder, for hosting.')
  .option('--out-dir <folder>', 'where to write it; what an earlier build left there is replaced', 'dist')
  .option('--json', 'print the files and their sizes as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText('after', '\nExamples:\n  npm run build\n  npm run build -- --out-dir /tmp/console\n');

await exitWith(async () => {
  const options = program.parse().opts<{ outDir: string; json: boolean }>();
  const { runBuild } = await import('@gsp/console/build');
  const rootDir = findProjectDir();
  await runBuild({ ...options, outputs: join(rootDir, 'amplify_outputs.json') }, { rootDir });
});
