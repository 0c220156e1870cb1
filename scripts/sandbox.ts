/**
 * `npm run sandbox`: a developer's own backend in several regions, deployed or deleted with `ampx`, one region at a time.
 *
 * For one region, and to have it follow each change of a file, there is `npx ampx sandbox`.
 */

import { exitWith } from '@gsp/cli-kit';
import { loadProject } from '@gsp/operator/project';
import { Command, InvalidArgumentError } from 'commander';

const program: Command = new Command('npm run sandbox --')
  .description('Deploy your own sandbox to several regions, once each and the primary first; or delete it.')
  .option(
    '--regions <list>',
    'regions, separated by commas (default: those of sandboxes in the topology)',
    regionList,
  )
  .option('--identifier <name>', 'tells your sandboxes apart (default: your user name)')
  .option('--once', 'deploy once and end; it always does', false)
  .option('--delete', 'delete the sandbox, the primary last, and look what is left', false)
  .option(
    '--outputs <file>',
    'where the outputs of all regions go (default: .deploy/sandbox/amplify_outputs.json)',
  )
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nThis deploys once and does not watch. While you change code, watch one region: AWS_REGION=eu-west-1 npx ampx sandbox\n' +
      'Several regions must be those of stages.sandbox.regions in amplify/topology.ts.\n' +
      '\nExamples:\n  npm run sandbox -- --regions eu-west-1,eu-central-1\n' +
      '  npm run sandbox -- --identifier kim --outputs amplify_outputs.json\n  npm run sandbox -- --delete\n',
  );

function regionList(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.every((region) => region !== '')) return regions;
  throw new InvalidArgumentError('Regions are separated by commas, as in eu-west-1,eu-central-1.');
}

interface Options {
  readonly regions?: readonly string[];
  readonly identifier?: string;
  readonly delete: boolean;
  readonly outputs?: string;
  readonly json: boolean;
}

await exitWith(async () => {
  const options = program.parse().opts<Options>();
  const { runSandbox } = await import('@gsp/operator/sandbox');
  await runSandbox(options, await loadProject());
});
