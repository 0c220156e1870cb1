import {
  jsonOption,
  newCommand,
  parseDuration,
  regionsOption,
  stageOption,
  withExamples,
} from '@gsp/cli-kit';
import type { Command } from 'commander';
import { loadProject } from '../project.ts';
import type { RunTeardownOptions } from './run-teardown.ts';

const WAIT = { minMs: 60_000, maxMs: 86_400_000 };

interface Options extends Omit<RunTeardownOptions, 'waitSeconds'> {
  readonly wait: number;
}

/** `npm run teardown`. */
export function teardownCommand(): Command {
  const command = newCommand(
    'npm run teardown --',
    'Take a stage away from AWS: secondaries, replicas, primary and edge, table, records; then look what is left.',
  )
    .addOption(
      stageOption(
        'stage to take away: a branch, or the identifier it was deployed with',
      ).makeOptionMandatory(),
    )
    .addOption(regionsOption('only these regions, separated by commas; the primary only as the last'))
    .option('--dry-run', 'show the plan, and change nothing', false)
    .option('--delete-data', 'delete the table even if it is protected or holds items', false)
    .option('--yes-delete <stage>', "the stage's name again, where there is no person to type it")
    .option(
      '--wait <duration>',
      "wait out DynamoDB's rule of 24 hours for at most: 30m, 24h",
      (text) => parseDuration(text, WAIT) / 1_000,
    )
    .addOption(jsonOption('the report'))
    .addHelpText('after', '\nSandboxes: npm run sandbox -- --delete, or npx ampx sandbox delete.')
    .action(run);
  return withExamples(command, [
    'npm run teardown -- --stage dev --dry-run',
    'npm run teardown -- --stage dev --delete-data',
    'npm run teardown -- --stage main --regions eu-central-1',
    'npm run teardown -- --stage preview-7 --delete-data --yes-delete preview-7 --json',
  ]);
}

async function run({ wait: waitSeconds = 0, ...options }: Options, command: Command): Promise<void> {
  if (!options.dryRun && options.yesDelete === undefined && !process.stdin.isTTY) {
    return command.error(
      `error: there is no terminal to confirm on; say --yes-delete ${options.stage} where that is decided, or --dry-run`,
    );
  }
  const { runTeardown } = await import('./run-teardown.ts');
  await runTeardown({ ...options, waitSeconds }, await loadProject());
}
