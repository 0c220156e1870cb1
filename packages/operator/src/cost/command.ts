import { newCommand, stageOption } from '@gsp/cli-kit';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadProject } from '../project.ts';

interface Options {
  readonly stage: string;
  readonly requests: number;
  readonly writeShare: number;
  readonly itemBytes: number;
  readonly reads: 'eventual' | 'strong';
  readonly indexes?: number;
  readonly retentionDays?: number;
  readonly regionShare: 'even' | 'primary';
  readonly experimentMinutes: number;
  readonly flags: boolean;
  readonly json: boolean;
}

/** `npm run cost`. */
export function costCommand(): Command {
  return newCommand(
    'npm run cost --',
    'Estimate what a stage costs in a month, from its templates and an assumed traffic.',
  )
    .addOption(stageOption('stage of the topology').default('main'))
    .addOption(option('--requests <n>', 'requests a month, such as 500k or 10m', count).default(10e6, '10m'))
    .addOption(option('--write-share <percent>', 'writes among them', percent).default(30))
    .addOption(option('--item-bytes <n>', 'size of an item as it is kept', positive).default(1_024))
    .addOption(
      new Option('--reads <kind>', 'consistency of reads').choices(['eventual', 'strong']).default('strong'),
    )
    .addOption(option('--indexes <n>', 'indexes that an item is in; else the most of any entity', count))
    .addOption(option('--retention-days <n>', 'how long items live; else the stage says', positive))
    .addOption(new Option('--region-share <how>', 'who answers').choices(['even', 'primary']).default('even'))
    .addOption(
      option('--experiment-minutes <n>', 'action-minutes of experiments of AWS FIS', positive).default(0),
    )
    .option('--flags', 'what each flag adds; synthesizes the stage with each, minutes the first time', false)
    .addOption(new Option('--json', 'print the bill as JSON, with the source of each price').default(false))
    .action(run);
}

async function run({ writeShare, reads, regionShare, ...options }: Options): Promise<void> {
  // Imported here, so that help and complaints come at once. So are its like in every command.
  const { runCost } = await import('./run-cost.ts');
  await runCost(
    { ...options, writeShare: writeShare / 100, isStrong: reads === 'strong', share: regionShare },
    await loadProject(),
  );
}

function option(flags: string, description: string, parse: (text: string) => number): Option {
  return new Option(flags, description).argParser(parse);
}

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
