import {
  jsonOption,
  newCommand,
  parseDuration,
  stageOption,
  twinOption,
  withExamples,
  yesOption,
} from '@gsp/cli-kit';
import { type Command, Option } from 'commander';
import { loadProject } from '../project.ts';
import type { RunEraseOptions } from './run-erase.ts';

/** How long nothing may be found before an erasure counts as done. */
const SETTLE = { minMs: 1_000, maxMs: 3_600_000 };

/** `npm run erase`. */
export function eraseCommand(): Command {
  const command = newCommand(
    'npm run erase --',
    'Erase an item, or everything that belongs to a subject, in every region: items, indexes, conflict log.',
  )
    .option('--subject <id>', "all items whose owner is this subject (a token's sub)")
    .option('--entity <name>', 'one item: its entity, by the name in the definition')
    .option('--id <id>', 'one item: its id')
    .option('--partition <value>', 'one item: the value of the partition field, where the entity has one')
    .addOption(stageOption('the stage: a branch; signs with your AWS credentials').conflicts('twin'))
    .addOption(twinOption('control API of a running twin, instead of a stage'))
    .addOption(
      new Option(
        '--settle <duration>',
        'nothing may be found for so long: what loses to the erasure is logged late',
      )
        .argParser((text) => parseDuration(text, SETTLE))
        .default(30_000, '30s'),
    )
    .addOption(yesOption())
    .addOption(jsonOption('the report'))
    .action(run);
  return withExamples(command, [
    'npm run erase -- --stage main --subject 01a20320-b536-7000 --yes',
    'npm run erase -- --stage main --entity order --partition c-17 --id 01a2044c',
  ]);
}

async function run(options: RunEraseOptions, command: Command): Promise<void> {
  const { subject, entity, id, stage, twin } = options;
  if (stage === undefined && twin === undefined)
    return command.error('error: say which platform: --stage <name> or --twin <url>');
  const isItem = entity !== undefined && id !== undefined;
  if ((subject !== undefined) === isItem || (subject !== undefined && (entity ?? id) !== undefined))
    return command.error('error: say what: --subject <id>, or --entity <name> and --id <id>');
  const { runErase } = await import('./run-erase.ts');
  await runErase(options, await loadProject());
}
