import { jsonOption, newCommand, stageOption, twinOption, wholeNumber, withExamples } from '@gsp/cli-kit';
import { type Command, Option } from 'commander';
import { loadProject } from '../project.ts';
import type { RunReindexOptions } from './run-reindex.ts';

/** `npm run reindex`. */
export function reindexCommand(): Command {
  const command = newCommand(
    'npm run reindex --',
    'Put items of an entity that were written before an index was added into it, and take out what left it.',
  )
    .requiredOption('--entity <name>', 'the entity, by the name in its definition')
    .option('--index <name>', 'this index only, instead of all of the entity')
    .addOption(stageOption('the stage: a branch; signs with your AWS credentials').conflicts('twin'))
    .addOption(twinOption('control API of a running twin, instead of a stage'))
    .addOption(
      new Option('--units <number>', 'capacity units of reads and writes that are used in a second')
        .argParser(wholeNumber(1, 40_000))
        .default(25),
    )
    .option('--restart', 'start from the first item, although an earlier run was interrupted', false)
    .addOption(jsonOption('what was done'))
    .action(run);
  return withExamples(command, [
    'npm run reindex -- --stage main --entity order',
    'npm run reindex -- --stage main --entity order --index byStatus --units 200',
    'npm run reindex -- --twin http://127.0.0.1:4000 --entity order',
  ]);
}

async function run(options: RunReindexOptions, command: Command): Promise<void> {
  if (options.stage === undefined && options.twin === undefined)
    return command.error('error: say which platform: --stage <name> or --twin <url>');
  const { runReindex } = await import('./run-reindex.ts');
  await runReindex(options, await loadProject());
}
