import { CommandError } from '@gsp/cli-kit';

/** How `ampx` deploys: outside Amplify Hosting, or as the pipeline of a branch of an Amplify app. */
export type DeployMethod = 'ampx-deploy' | 'pipeline-deploy';

/** Ways of {@link DeployMethod}. */
export const DEPLOY_METHODS = ['ampx-deploy', 'pipeline-deploy'] as const satisfies readonly DeployMethod[];

/** Which backend is deployed, in the terms of `ampx`. */
export interface AmpxTarget {
  readonly method: DeployMethod;
  readonly branch: string;
  readonly region: string;
  /** Amplify app of each region, for `pipeline-deploy`. */
  readonly appIds: Readonly<Record<string, string>>;
}

/** What `ampx deploy` takes as an identifier. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/**
 * Arguments of `npx` that deploy one region.
 *
 * @param outDir folder for the outputs file: the one of the checkout is the committed one, and holds all regions
 * @throws {CommandError} where the branch or the app is none that `ampx` takes
 */
export function ampxArguments(target: AmpxTarget, outDir: string): readonly string[] {
  const { method, branch, region, appIds } = target;
  const outputs = ['--outputs-out-dir', outDir];
  if (method === 'pipeline-deploy')
    return [
      '--no-install',
      'ampx',
      'pipeline-deploy',
      '--branch',
      branch,
      '--app-id',
      appIdOf(region, appIds),
      ...outputs,
    ];
  if (IDENTIFIER.test(branch))
    return ['--no-install', 'ampx', 'deploy', '--identifier', branch, '--backend', '-y', ...outputs];
  throw new CommandError(
    `Cannot deploy stage '${branch}' with ampx deploy: it takes a letter, then letters, digits and hyphens, at most 128. ` +
      'Take another name, or --method pipeline-deploy, which takes any branch.',
  );
}

/** What every `ampx` of ours is told, beside what this process was. */
export function ampxEnvironment({ method, region }: AmpxTarget, revision: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    PLATFORM_REVISION: revision,
    AMPLIFY_DISABLE_TELEMETRY: '1',
    CDK_DISABLE_TELEMETRY: '1',
    // pipeline-deploy refuses to run outside a pipeline; with lock, checks and rollback this command is one.
    ...(method === 'pipeline-deploy' ? { CI: '1' } : {}),
  };
}

function appIdOf(region: string, appIds: AmpxTarget['appIds']): string {
  const id = appIds[region];
  if (id !== undefined) return id;
  throw new CommandError(
    `Cannot deploy ${region} by pipeline-deploy: no Amplify app is named for it, one is needed, as an app is in one region. Add --app-id ${region}=<id>`,
  );
}
