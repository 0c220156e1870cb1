/**
 * `npm run probe`: calls the platform again and again through its client, and shows what a user of it sees.
 *
 * A line for each region (latency, errors, share of calls, what the client holds of it, how long writes of its peers take
 * to arrive; not through an edge that is the only way in) and one for the client as a whole; drawn in place on a terminal, one line each time elsewhere, JSON with
 * --json. Kill a region meanwhile and watch what does not happen. Exits 1 when a call failed.
 */

import { type DurationBounds, exitWith, parseDuration } from '@gsp/cli-kit';
import { Command, InvalidArgumentError, Option } from 'commander';

const RATE_MAX = 50;
const DURATION: DurationBounds = { minMs: 1_000, maxMs: 86_400_000 };
const INTERVAL: DurationBounds = { minMs: 200, maxMs: 3_600_000 };

const program: Command = new Command('npm run probe --')
  .description('Call the platform again and again through its client, and show what its users see.')
  .option('--target <file>', 'outputs of the platform: a twin or a deployed one', 'amplify_outputs.json')
  .addOption(
    new Option(
      '--endpoint <which>',
      'let the client choose among the regions, or follow the global name (default: regional, unless the edge is the only way in)',
    ).choices(['regional', 'global']),
  )
  .option('--rate <calls>', `calls in a second, 1 to ${RATE_MAX}`, numberWithin(1, RATE_MAX), 10)
  .option('--write-share <share>', 'share of calls that write, 0 to 1', numberWithin(0, 1), 0.2)
  .option('--duration <time>', 'how long, such as 30s or 5m (default: until Ctrl-C)', time(DURATION))
  .addOption(
    new Option('--interval <time>', 'between two lines').argParser(time(INTERVAL)).default(1_000, '1s'),
  )
  .option('--json', 'print one JSON object a line each interval, and a summary', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run probe\n  npm run probe -- --rate 50 --duration 1m\n' +
      '  npm run probe -- --endpoint global --json --duration 30s > probe.jsonl\n' +
      '  npm run probe -- --target deployed_outputs.json --write-share 0\n',
  );

function numberWithin(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${text} is not a number from ${min} to ${max}.`);
  };
}

function time(bounds: DurationBounds): (text: string) => number {
  return (text) => parseDuration(text, bounds);
}

interface Options {
  readonly target: string;
  readonly endpoint?: 'regional' | 'global';
  readonly rate: number;
  readonly writeShare: number;
  readonly duration?: number;
  readonly interval: number;
  readonly json: boolean;
}

await exitWith(async () => {
  const { duration, interval, ...options } = program.parse().opts<Options>();
  // Imported here, so that help and complaints come at once.
  const { runProbe } = await import('@gsp/operator/probe');
  await runProbe({ ...options, durationMs: duration, intervalMs: interval });
});
