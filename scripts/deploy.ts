/**
 * `npm run deploy`: deploys a stage to its regions, one after the other, each proved before the next.
 *
 * Examines first what could go wrong, locks the stage, and ends at the first region that fails; that one goes back to
 * what was proved there before, no other is touched. Run again, it goes on where it ended. Exits 1 where anything is
 * not proved.
 */

import { exitWith } from '@gsp/cli-kit';
import { DEPLOY_METHODS, type DeployMethod, parseBake } from '@gsp/operator/deploy';
import { loadProject } from '@gsp/operator/project';
import { Command, InvalidArgumentError, Option } from 'commander';

const program: Command = new Command('npm run deploy --')
  .description('Deploy a stage region by region: each is tried, watched and proved before the next.')
  .requiredOption(
    '--stage <name>',
    'stage or branch to deploy, as it is in the topology; any other is a preview',
  )
  .option('--regions <list>', 'these regions of it only, joined by commas', regionList)
  .addOption(
    new Option('--method <method>', 'how ampx deploys').choices(DEPLOY_METHODS).default('ampx-deploy'),
  )
  .option('--app-id <region=id...>', 'Amplify app of a region, for pipeline-deploy; one for each', appId, {})
  .option(
    '--bake <duration>',
    'how long to watch each region: 10m, 90s, 2h, or 0 (default: 2m, previews 0)',
    bake,
  )
  .option('--allow-dirty', 'deploy changes that no commit holds; no rollback can come back to them', false)
  .option('--break-lock', 'take over the lock of a deployment that is dead', false)
  .option('--yes', 'do not ask for confirmation', false)
  .option('--journal', 'show what happened in deployments from this checkout, and change nothing', false)
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run deploy -- --stage main --bake 10m\n  npm run deploy -- --stage main --regions eu-central-1\n' +
      '  npm run deploy -- --stage main --method pipeline-deploy --app-id eu-west-1=d1abc eu-central-1=d2def\n' +
      '  npm run deploy -- --stage main --journal\n',
  );

function regionList(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.every((region) => region !== '')) return regions;
  throw new InvalidArgumentError('Write regions joined by commas: eu-west-1,eu-central-1.');
}

function appId(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const [, region, id] = /^([a-z0-9-]+)=([a-z0-9]+)$/.exec(text) ?? [];
  if (region !== undefined && id !== undefined) return { ...known, [region]: id };
  throw new InvalidArgumentError('Write <region>=<app id>, such as eu-west-1=d1abc2def3.');
}

function bake(text: string): number {
  try {
    return parseBake(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

interface Options {
  readonly stage: string;
  readonly regions?: readonly string[];
  readonly method: DeployMethod;
  readonly appId: Readonly<Record<string, string>>;
  readonly bake?: number;
  readonly allowDirty: boolean;
  readonly breakLock: boolean;
  readonly yes: boolean;
  readonly journal: boolean;
  readonly json: boolean;
}

await exitWith(async () => {
  const { bake: bakeMs, appId: appIds, journal, ...options } = program.parse().opts<Options>();
  const { runDeploy, runJournal } = await import('@gsp/operator/deploy');
  if (journal) return runJournal(options, await loadProject());
  return runDeploy({ ...options, appIds, ...(bakeMs === undefined ? {} : { bakeMs }) }, await loadProject());
});
