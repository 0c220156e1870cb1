import { type Command, Option } from 'commander';
import { DEFAULT_CONTROL } from './open-platform.ts';

/** What an operator may say with every command that evacuates or restores. */
export interface OperatorOptions {
  readonly via?: string;
  readonly control: string;
  readonly target?: string;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Adds the options of {@link OperatorOptions}, and how a command of ours behaves where it is misused. */
export function withOperatorOptions(command: Command): Command {
  return command
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
    .exitOverride();
}
