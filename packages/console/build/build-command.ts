import { join } from 'node:path';
import { FormerName, jsonOption, newCommand, outOption, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';

/**
 * `npm run build`.
 *
 * @param findRootDir finds the folder of the project
 */
export function buildCommand(findRootDir: () => string): Command {
  const out = outOption('folder', 'where to write it; what an earlier build left there is replaced').default(
    'dist',
  );
  const command = newCommand(
    'npm run build --',
    'Build the console, with the amplify_outputs.json of this folder, for hosting.',
  )
    .addOption(out)
    .addOption(new FormerName('--out-dir', out))
    .addOption(jsonOption('the files and their sizes'))
    .action(async ({ out: outDir, json }: { out: string; json: boolean }) => {
      // Imported here, so that help and complaints come at once.
      const { runBuild } = await import('./run-build.ts');
      const rootDir = findRootDir();
      await runBuild({ outDir, outputs: join(rootDir, 'amplify_outputs.json'), json }, { rootDir });
    });
  return withExamples(command, ['npm run build', 'npm run build -- --out /tmp/console']);
}
