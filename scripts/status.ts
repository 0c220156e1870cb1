/**
 * `npm run status`: shows what is deployed where, at which revision, how each region answers, how far replication is
 * behind, and where regions differ from each other or from the topology.
 *
 * Changes nothing, save for the items of --probe, which it deletes again. Exits 1 when something is amiss.
 */

import { exitWith } from '@gsp/cli-kit';
import { listOf } from '@gsp/operator/cloud';
import { loadProject } from '@gsp/operator/project';
import { Command } from 'commander';

const program: Command = new Command('npm run status --')
  .description(
    'Show what is deployed where: stacks, revisions, health, replication lag, drift between regions.',
  )
  .requiredOption('--stage <name>', 'the stage: a branch')
  .option('--regions <list>', "some of the stage's regions, separated by commas", listOf)
  .option(
    '--probe',
    'measure the lag: write an item in each region, look for it in the others (not where the edge is the only way in)',
    false,
  )
  .option('--json', 'print the status as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run status -- --stage main\n  npm run status -- --stage main --probe\n' +
      '  npm run status -- --stage main --regions eu-west-1 --json\n',
  );

interface Options {
  readonly stage: string;
  readonly regions?: readonly string[];
  readonly probe: boolean;
  readonly json: boolean;
}

await exitWith(async () => {
  const options = program.parse().opts<Options>();
  const { runStatus } = await import('@gsp/operator/status');
  await runStatus(options, await loadProject());
});
