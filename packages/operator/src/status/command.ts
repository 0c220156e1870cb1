import { jsonOption, newCommand, regionsOption, stageOption, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';
import { loadProject } from '../project.ts';
import type { StatusOptions } from './run-status.ts';

/** `npm run status`. */
export function statusCommand(): Command {
  const command = newCommand(
    'npm run status --',
    'Show what is deployed where: stacks, revisions, health, replication lag, drift between regions.',
  )
    .addOption(stageOption('the stage: a branch').makeOptionMandatory())
    .addOption(regionsOption())
    .option(
      '--probe',
      'measure the lag: write an item in each region, look for it in the others (not where the edge is the only way in)',
      false,
    )
    .addOption(jsonOption('the status'))
    .action(run);
  return withExamples(command, [
    'npm run status -- --stage main',
    'npm run status -- --stage main --probe',
    'npm run status -- --stage main --regions eu-west-1 --json',
  ]);
}

async function run(options: StatusOptions): Promise<void> {
  const { runStatus } = await import('./run-status.ts');
  await runStatus(options, await loadProject());
}
