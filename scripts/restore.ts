/**
 * `npm run restore`: puts an evacuated region back into service, through a peer.
 *
 * The other way round from `npm run evacuate`: the peer's probe stops saying that the region is evacuated, Route 53's
 * health checks turn, and DNS may answer with the region again. Waits until it does, and exits 1 when it does not.
 */

import { exitWith } from '@gsp/cli-kit';
import { type OperatorOptions, withOperatorOptions } from '@gsp/operator/evacuation';
import { Command } from 'commander';

const program: Command = withOperatorOptions(
  new Command('npm run restore --')
    .description('Put an evacuated region back into service, and wait until traffic may return to it.')
    .argument('<region>', 'region to put back into service'),
).addHelpText(
  'after',
  '\nExamples:\n  npm run restore -- eu-west-1\n  npm run restore -- eu-west-1 --target amplify_outputs.json --yes\n',
);

await exitWith(async () => {
  const parsed = program.parse();
  const [region = ''] = parsed.args;
  const { runRestore } = await import('@gsp/operator/evacuation');
  await runRestore({ ...parsed.opts<OperatorOptions>(), region });
});
