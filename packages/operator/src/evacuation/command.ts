import {
  FormerName,
  jsonOption,
  newCommand,
  parseDuration,
  twinOption,
  withExamples,
  yesOption,
} from '@gsp/cli-kit';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_TWIN } from './open-platform.ts';

const REASON_CHARACTERS_MAX = 200;

/** How long an evacuation may last: the bounds that the platform's API takes. */
const FOR = { minMs: 60_000, maxMs: 86_400_000 };

/** What an operator may say with every command that evacuates or restores. */
interface OperatorOptions {
  readonly via?: string;
  readonly twin: string;
  readonly target?: string;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

interface EvacuateOptions extends OperatorOptions {
  readonly reason?: string;
  readonly for: number;
  readonly list: boolean;
}

/** `npm run evacuate`. */
export function evacuateCommand(): Command {
  const command = operatorCommand(
    'npm run evacuate --',
    'Take a region out of service through a healthy peer, for a limited time, and wait until traffic has moved.',
  )
    .argument('[region]', 'region to take out of service')
    .option('--reason <text>', `why, for the audit trail: 1 to ${REASON_CHARACTERS_MAX} characters`, reason)
    .addOption(
      new Option('--for <duration>', 'when it returns by itself: 90s, 30m, 2h; 1m to 24h')
        .argParser((text) => parseDuration(text, FOR) / 1_000)
        .default(1_800, '30m'),
    )
    .option('--list', 'show evacuations in force and the audit trail, and change nothing', false)
    .action(evacuate);
  return withExamples(command, [
    "npm run evacuate -- eu-west-1 --reason 'bad deployment' --for 30m",
    "npm run evacuate -- eu-west-1 --reason 'grey failure' --target amplify_outputs.json",
    'npm run evacuate -- --list',
  ]);
}

/** `npm run restore`. */
export function restoreCommand(): Command {
  const command = operatorCommand(
    'npm run restore --',
    'Put an evacuated region back into service, and wait until traffic may return to it.',
  )
    .argument('<region>', 'region to put back into service')
    .action(restore);
  return withExamples(command, [
    'npm run restore -- eu-west-1',
    'npm run restore -- eu-west-1 --target amplify_outputs.json --yes',
  ]);
}

function operatorCommand(name: string, description: string): Command {
  const twin = twinOption('control API of a running twin').default(DEFAULT_TWIN);
  return newCommand(name, description)
    .option('--via <region>', 'region that is to note it, instead of the first that is well')
    .addOption(twin)
    .addOption(new FormerName('--control', twin))
    .addOption(
      new Option(
        '--target <file>',
        'outputs of a deployed platform, such as amplify_outputs.json; signs with your AWS credentials',
      ).conflicts('twin'),
    )
    .addOption(yesOption('do not ask for confirmation, as a deployed platform does'))
    .option('--no-wait', 'end as soon as it is noted')
    .addOption(jsonOption());
}

async function evacuate(
  region: string | undefined,
  { list, for: forSeconds, reason: given, ...options }: EvacuateOptions,
  command: Command,
): Promise<void> {
  const { runEvacuate, runListEvacuations } = await import('./run-command.ts');
  if (list) return runListEvacuations(options);
  if (region === undefined) return command.error("error: missing required argument 'region'");
  if (given === undefined) return command.error("error: required option '--reason <text>' not specified");
  return runEvacuate({ ...options, region, reason: given, forSeconds });
}

async function restore(region: string, options: OperatorOptions): Promise<void> {
  const { runRestore } = await import('./run-command.ts');
  await runRestore({ ...options, region });
}

function reason(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && [...trimmed].length <= REASON_CHARACTERS_MAX) return trimmed;
  throw new InvalidArgumentError(`A reason has 1 to ${REASON_CHARACTERS_MAX} characters.`);
}
