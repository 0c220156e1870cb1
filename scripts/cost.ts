/**
 * `npm run cost`: what a stage costs in a month, by service and Region, as its templates and an assumed traffic say.
 *
 * It synthesizes the stage and asks nobody: neither a network nor an account is needed.
 */

import { exitWith } from '@gsp/cli-kit';
import { loadProject } from '@gsp/operator/project';
import { Command, InvalidArgumentError, Option } from 'commander';

const program: Command = new Command('npm run cost --')
  .description('Estimate what a stage costs in a month, from its templates and an assumed traffic.')
  .option('--stage <name>', 'stage of the topology', 'main')
  .addOption(
    new Option('--requests <n>', 'requests a month, such as 500k or 10m')
      .argParser(count)
      .default(10e6, '10m'),
  )
  .addOption(new Option('--write-share <percent>', 'writes among them').argParser(percent).default(30))
  .addOption(
    new Option('--item-bytes <n>', 'size of an item as it is kept').argParser(positive).default(1_024),
  )
  .addOption(
    new Option('--reads <kind>', 'consistency of reads').choices(['eventual', 'strong']).default('strong'),
  )
  .addOption(
    new Option('--retention-days <n>', 'how long items live; else the stage says').argParser(positive),
  )
  .addOption(new Option('--region-share <how>', 'who answers').choices(['even', 'primary']).default('even'))
  .addOption(
    new Option('--experiment-minutes <n>', 'action-minutes of experiments of AWS FIS')
      .argParser(positive)
      .default(0),
  )
  .option('--flags', 'what each flag adds; synthesizes the stage with each, minutes the first time', false)
  .option('--json', 'print the bill as JSON, with the source of each price', false)
  .showHelpAfterError()
  .exitOverride();

function count(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('Write a number such as 0, 500k or 10m.');
  return Number(digits) * ({ k: 1e3, m: 1e6 }[unit.toLowerCase()] ?? 1);
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('Write a number from 0 to 100.');
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Write a number above 0.');
}

interface Options {
  readonly stage: string;
  readonly requests: number;
  readonly writeShare: number;
  readonly itemBytes: number;
  readonly reads: 'eventual' | 'strong';
  readonly retentionDays?: number;
  readonly regionShare: 'even' | 'primary';
  readonly experimentMinutes: number;
  readonly flags: boolean;
  readonly json: boolean;
}

await exitWith(async () => {
  const { writeShare, reads, regionShare, ...options } = program.parse().opts<Options>();
  const { runCost } = await import('@gsp/operator/cost');
  await runCost(
    {
      ...options,
      writeShare: writeShare / 100,
      isStrong: reads === 'strong',
      share: regionShare,
    },
    await loadProject(),
  );
});
