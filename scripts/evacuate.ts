/**
 * `npm run evacuate`: takes a region out of service, through a peer, for a limited time.
 *
 * No control plane takes part: a signed request to a healthy region is noted there, its probe says so to Route 53's
 * health checks, and DNS stops answering with the region. Shows first what will follow and when, waits until traffic has
 * moved, and exits 1 when it does not. With --list it changes nothing and shows what is in force.
 */

import { exitWith, parseDuration } from '@gsp/cli-kit';
import { type OperatorOptions, withOperatorOptions } from '@gsp/operator/evacuation';
import { Command, InvalidArgumentError, Option } from 'commander';

const REASON_CHARACTERS_MAX = 200;

const program: Command = withOperatorOptions(
  new Command('npm run evacuate --')
    .description(
      'Take a region out of service through a healthy peer, for a limited time, and wait until traffic has moved.',
    )
    .argument('[region]', 'region to take out of service')
    .option('--reason <text>', `why, for the audit trail: 1 to ${REASON_CHARACTERS_MAX} characters`, reason)
    .addOption(
      new Option('--for <duration>', 'when it returns by itself: 90s, 30m, 2h; 1m to 24h')
        .argParser(duration)
        .default(1_800, '30m'),
    )
    .option('--list', 'show evacuations in force and the audit trail, and change nothing', false),
).addHelpText(
  'after',
  "\nExamples:\n  npm run evacuate -- eu-west-1 --reason 'bad deployment' --for 30m\n" +
    "  npm run evacuate -- eu-west-1 --reason 'grey failure' --target amplify_outputs.json\n" +
    '  npm run evacuate -- --list\n',
);

function duration(text: string): number {
  return parseDuration(text, { minMs: 60_000, maxMs: 86_400_000 }) / 1_000;
}

function reason(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && [...trimmed].length <= REASON_CHARACTERS_MAX) return trimmed;
  throw new InvalidArgumentError(`A reason has 1 to ${REASON_CHARACTERS_MAX} characters.`);
}

interface Options extends OperatorOptions {
  readonly reason?: string;
  readonly for: number;
  readonly list: boolean;
}

await exitWith(async () => {
  const parsed = program.parse();
  const { list, for: forSeconds, reason: given, ...options } = parsed.opts<Options>();
  const [region] = parsed.args;
  const { runEvacuate, runListEvacuations } = await import('@gsp/operator/evacuation');
  if (list) return runListEvacuations(options);
  if (region === undefined) return program.error("error: missing required argument 'region'");
  if (given === undefined) return program.error("error: required option '--reason <text>' not specified");
  return runEvacuate({ ...options, region, reason: given, forSeconds });
});
