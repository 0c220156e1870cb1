/**
 * `npm run check`: the one gate. Everything that must hold of a change, most of it two at a time:
 * format and lint, the doors between rooms and packages, types with our compiler and with the older one that ampx
 * deploys with, dead code, provenance of packages, committed outputs, and the tests of every day.
 */

import { exitWith } from '@gsp/cli-kit';
import { runGates } from '@gsp/operator/gates';
import { Command } from 'commander';

const program: Command = new Command('npm run check --')
  .description('Check everything that must hold before a change lands; stops at the first gate that fails.')
  .option('--no-test', 'leave the tests out')
  .showHelpAfterError()
  .exitOverride();

const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
/** The projects of `npm test`. */
const everyDay = ['unit', 'infra', 'adapters', 'smoke'].flatMap((name) => ['--project', name]);

await exitWith(async () => {
  const { test } = program.parse().opts<{ test: boolean }>();
  await runGates([
    {
      name: 'format, lint',
      command: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.'],
    },
    {
      name: 'doors between rooms and packages, circles',
      command: [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.mjs',
        ...['amplify', 'src', 'scripts', 'packages', 'test', 'bench'],
      ],
    },
    { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
    {
      name: 'types of the client, as a browser has them',
      command: ['node_modules/typescript/bin/tsc', '-p', 'packages/client/tsconfig.json'],
    },
    {
      name: 'types of the console',
      command: ['node_modules/typescript/bin/tsc', '-p', 'packages/console/tsconfig.json'],
    },
    { name: 'types of the page', command: ['node_modules/typescript/bin/tsc', '-p', 'src/tsconfig.json'] },
    {
      name: 'types as ampx checks them',
      command: ['node_modules/typescript-ampx/bin/tsc', '-p', 'amplify/tsconfig.json', '--noEmit'],
    },
    { name: 'dead code', command: ['node_modules/knip/bin/knip.js', '--no-progress'] },
    {
      name: 'where packages come from, and what is known of them',
      command: ['--import', 'tsx', 'packages/operator/src/gates/check-provenance.ts'],
    },
    {
      name: 'amplify_outputs.json is current',
      command: ['--import', 'tsx', 'scripts/outputs.ts', '--check'],
    },
    ...(test ? [{ name: 'tests', command: [...vitest, ...everyDay], isAlone: true }] : []),
  ]);
});
