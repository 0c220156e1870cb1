import { type DurationBounds, newCommand, numberWithin, parseDuration, withExamples } from '@gsp/cli-kit';
import { type Command, Option } from 'commander';

const RATE_MAX = 50;
const DURATION: DurationBounds = { minMs: 1_000, maxMs: 86_400_000 };
const INTERVAL: DurationBounds = { minMs: 200, maxMs: 3_600_000 };

interface Options {
  readonly target: string;
  readonly endpoint?: 'regional' | 'global';
  readonly rate: number;
  readonly writeShare: number;
  readonly duration?: number;
  readonly interval: number;
  readonly json: boolean;
}

/** `npm run probe`. */
export function probeCommand(): Command {
  const command = newCommand(
    'npm run probe --',
    'Call the platform again and again through its client, and show what its users see.',
  )
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
    .action(run);
  return withExamples(command, [
    'npm run probe',
    'npm run probe -- --rate 50 --duration 1m',
    'npm run probe -- --endpoint global --json --duration 30s > probe.jsonl',
    'npm run probe -- --target deployed_outputs.json --write-share 0',
  ]);
}

async function run({ duration, interval, ...options }: Options): Promise<void> {
  const { runProbe } = await import('./run-probe.ts');
  await runProbe({ ...options, durationMs: duration, intervalMs: interval });
}

function time(bounds: DurationBounds): (text: string) => number {
  return (text) => parseDuration(text, bounds);
}
