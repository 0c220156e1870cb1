import {
  jsonOption,
  newCommand,
  parseDuration,
  regionsOption,
  stageOption,
  withExamples,
  yesOption,
} from '@gsp/cli-kit';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadProject } from '../project.ts';
import { DEPLOY_METHODS, type DeployMethod } from './ampx-command.ts';

interface Options {
  readonly stage: string;
  readonly regions?: readonly string[];
  readonly method: DeployMethod;
  readonly appId: Readonly<Record<string, string>>;
  readonly bake?: number;
  readonly allowDirty: boolean;
  readonly breakLock: boolean;
  readonly yes: boolean;
  readonly plan: boolean;
  readonly allowReplace: readonly string[];
  readonly journal: boolean;
  readonly json: boolean;
}

/** `npm run deploy`. */
export function deployCommand(): Command {
  const command = newCommand(
    'npm run deploy --',
    'Deploy a stage region by region: each is tried, watched and proved before the next.',
  )
    .addOption(
      stageOption(
        'stage or branch to deploy, as it is in the topology; any other is a preview',
      ).makeOptionMandatory(),
    )
    .addOption(regionsOption())
    .addOption(
      new Option('--method <method>', 'how ampx deploys').choices(DEPLOY_METHODS).default('ampx-deploy'),
    )
    .option(
      '--app-id <region=id...>',
      'Amplify app of a region, for pipeline-deploy; one for each',
      appId,
      {},
    )
    .option(
      '--bake <duration>',
      'how long to watch each region: 10m, 90s, 2h, or 0 (default: 2m, previews 0)',
      parseBake,
    )
    .option('--allow-dirty', 'deploy changes that no commit holds; no rollback can come back to them', false)
    .option('--break-lock', 'take over the lock of a deployment that is dead', false)
    .addOption(yesOption())
    .option('--plan', 'show what would change and in which order, and change nothing', false)
    .option(
      '--allow-replace <logical-id...>',
      'resources that may be replaced or removed with what they hold, as the plan names them',
      [],
    )
    .option('--journal', 'show what happened in deployments from this checkout, and change nothing', false)
    .addOption(jsonOption())
    .action(run);
  return withExamples(command, [
    'npm run deploy -- --stage main --bake 10m',
    'npm run deploy -- --stage main --plan',
    'npm run deploy -- --stage main --regions eu-central-1',
    'npm run deploy -- --stage main --method pipeline-deploy --app-id eu-west-1=d1abc eu-central-1=d2def',
    'npm run deploy -- --stage main --journal',
  ]);
}

async function run({ bake: bakeMs, appId: appIds, journal, ...options }: Options): Promise<void> {
  const { runDeploy, runJournal } = await import('./run-deploy.ts');
  const project = await loadProject();
  if (journal) return runJournal(options, project);
  return runDeploy({ ...options, appIds, ...(bakeMs === undefined ? {} : { bakeMs }) }, project);
}

function appId(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const [, region, id] = /^([a-z0-9-]+)=([a-z0-9]+)$/.exec(text) ?? [];
  if (region !== undefined && id !== undefined) return { ...known, [region]: id };
  throw new InvalidArgumentError('Write <region>=<app id>, such as eu-west-1=d1abc2def3.');
}

/**
 * Milliseconds in `10m`, `90s`, `2h`; 0 for `0`, which watches nothing.
 *
 * @throws {InvalidArgumentError} where the text is none of these
 */
export function parseBake(text: string): number {
  return text === '0' ? 0 : parseDuration(text, { minMs: 1_000, maxMs: 86_400_000 });
}
