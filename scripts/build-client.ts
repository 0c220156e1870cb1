/**
 * `npm run build:client`: builds the client as an npm package, to be used in other repositories.
 *
 * `npm pack ./dist/client` makes the tarball, `npm publish ./dist/client` puts it into a registry.
 */
import path from 'node:path';
import { exitWith, terminal } from '@gsp/cli-kit';
import { buildClient } from '@gsp/operator/build-client';
import { Command } from 'commander';

const program: Command = new Command('npm run build:client --')
  .description('Build packages/client/src as an npm package: ES modules, types, README.')
  .option('--out <folder>', 'where to; what is there is replaced', 'dist/client')
  .option('--json', 'print what was built as JSON', false)
  .showHelpAfterError()
  .exitOverride();

await exitWith(async () => {
  const { out, json } = program.parse().opts<{ out: string; json: boolean }>();
  if (json) return terminal.print(JSON.stringify(await buildClient({ outDir: out }), undefined, 2));
  const { entries } = await terminal.during(
    'Building the client',
    () => buildClient({ outDir: out }),
    ({ outDir }, elapsedMs) => `Built the client in ${outDir} (${(elapsedMs / 1_000).toFixed(1)} s)`,
  );
  for (const { entry, gzipBytes } of entries) {
    terminal.print(`  ${entry.padEnd(8)} ${(gzipBytes / 1_000).toFixed(1)} kB gzipped, without aws-amplify`);
  }
  // Without the dot, npm takes a path for the name of a GitHub repository.
  terminal.print(`\nNext: npm pack ${path.isAbsolute(out) ? out : `./${path.normalize(out)}`}`);
});
