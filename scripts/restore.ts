/**
 * `npm run restore`: puts an evacuated region back into service, through a peer.
 *
 * The other way round from `npm run evacuate`: the peer's probe stops saying that the region is evacuated, Route 53's
 * health checks turn, and DNS may answer with the region again. Waits until it does, and exits 1 when it does not.
 */
import { Command, Option } from 'commander';
import { DEFAULT_CONTROL } from './steps/evacuation/open-platform.ts';
import { exitWith } from './steps/exit-with.ts';

const program: Command = new Command('npm run restore --')
  .description('Put an evacuated region back into service, and wait until traffic may return to it.')
  .argument('<region>', 'region to put back into service')
  .option('--via <region>', 'region that is to note it, instead of the first that is well')
  .addOption(new Option('--control <url>', 'control API of a running twin').default(DEFAULT_CONTROL))
  .addOption(
    new Option(
      '--target <file>',
      'outputs of a deployed platform, such as amplify_outputs.json; signs with your AWS credentials',
    ).conflicts('control'),
  )
  .option('--yes', 'do not ask for confirmation, as a deployed platform does', false)
  .option('--no-wait', 'end as soon as it is noted')
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run restore -- eu-west-1\n  npm run restore -- eu-west-1 --target amplify_outputs.json --yes\n',
  );

interface Options {
  readonly via?: string;
  readonly control: string;
  readonly target?: string;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

await exitWith(async () => {
  const parsed = program.parse();
  const [region = ''] = parsed.args;
  const { runRestore } = await import('./steps/evacuation/run-command.ts');
  await runRestore({ ...parsed.opts<Options>(), region });
});
