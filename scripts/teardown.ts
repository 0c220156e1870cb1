/**
 * `npm run teardown`: takes a stage away from AWS, secondaries first, and says what is left.
 *
 * Shows its plan first and asks for the stage's name. A table that is protected or holds items stays unless
 * --delete-data is said. Exits 1 when a step fails or something that costs money is left; the same command then goes on.
 */

import { exitWith, parseDuration } from '@gsp/cli-kit';
import { loadProject } from '@gsp/operator/project';
import { Command, InvalidArgumentError, Option } from 'commander';

const program: Command = new Command('npm run teardown --')
  .description(
    'Take a stage away from AWS: secondaries, replicas, primary and edge, table, records; then look what is left.',
  )
  .requiredOption('--stage <branch>', 'stage to take away: a branch, or the identifier it was deployed with')
  .option(
    '--regions <list>',
    'only these regions, separated by commas; the primary only as the last',
    regionList,
  )
  .option('--dry-run', 'show the plan, and change nothing', false)
  .option('--delete-data', 'delete the table even if it is protected or holds items', false)
  .option('--yes-delete <stage>', "the stage's name again, where there is no person to type it")
  .addOption(
    new Option('--wait <duration>', "wait out DynamoDB's rule of 24 hours for at most: 30m, 24h").argParser(
      duration,
    ),
  )
  .option('--json', 'print the report as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nSandboxes: npm run sandbox -- --delete, or npx ampx sandbox delete.\n' +
      '\nExamples:\n  npm run teardown -- --stage dev --dry-run\n  npm run teardown -- --stage dev --delete-data\n' +
      '  npm run teardown -- --stage main --regions eu-central-1\n' +
      '  npm run teardown -- --stage preview-7 --delete-data --yes-delete preview-7 --json\n',
  );

function regionList(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.every((region) => region !== '')) return regions;
  throw new InvalidArgumentError('Regions are separated by commas, as in eu-west-1,eu-central-1.');
}

function duration(text: string): number {
  return parseDuration(text, { minMs: 60_000, maxMs: 86_400_000 }) / 1_000;
}

interface Options {
  readonly stage: string;
  readonly regions?: readonly string[];
  readonly dryRun: boolean;
  readonly deleteData: boolean;
  readonly yesDelete?: string;
  readonly wait?: number;
  readonly json: boolean;
}

await exitWith(async () => {
  const { wait: waitSeconds = 0, ...options } = program.parse().opts<Options>();
  if (!options.dryRun && options.yesDelete === undefined && !process.stdin.isTTY) {
    return program.error(
      `error: there is no terminal to confirm on; say --yes-delete ${options.stage} where that is decided, or --dry-run`,
    );
  }
  const { runTeardown } = await import('@gsp/operator/teardown');
  await runTeardown({ ...options, waitSeconds }, await loadProject());
});
