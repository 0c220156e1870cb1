import { edgeStackName, tableStackName } from '@gsp/platform/topology';
import type { BackendStack } from '../cloud/backend-stack.ts';
import { describeStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { compareStacks } from './compare-stacks.ts';
import { readDeployedStack } from './deployed-stack.ts';
import { flattenStack } from './flatten-stack.ts';
import type { StackForecast } from './refusal.ts';
import type { Template } from './stack-tree.ts';
import { readSynthesizedStacks, type SynthesizedStack } from './synthesized-stacks.ts';

/** Whose deployment is forecast. */
export interface RegionForecastOptions {
  /** The project. */
  readonly rootDir: string;
  readonly cloud: Cloud;
  readonly target: Pick<StageTarget, 'project' | 'stage'>;
  readonly region: string;
  /** Its backend as it is deployed; null where it has none. */
  readonly deployed: BackendStack | null;
  /** As `ampx` will name it. */
  readonly backend: BackendIdentity;
  readonly signal: AbortSignal;
}

/**
 * What a deployment of this checkout changes in one region: every root stack as it is deployed beside what is synthesized.
 *
 * @throws {SynthesisError} where the definition is wrong
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function forecastRegion(options: RegionForecastOptions): Promise<readonly StackForecast[]> {
  const { rootDir, region, deployed, backend, signal } = options;
  // Read first: where that fails, nothing need be synthesized.
  const before = await templateOf(deployed, options);
  const [made] = await synthesize({ rootDir, regions: [region], backend, signal });
  const stacks = await readSynthesizedStacks(made?.assemblyDir ?? '');
  return Promise.all(
    stacks.map(async (stack) => {
      const known = isBeside(stack, options) ? await readBeside(stack, options) : { stack: deployed, before };
      return forecastStack(stack, { ...options, ...known });
    }),
  );
}

/** The stacks of table and edge have names of their own; what is left is the backend, which `ampx` names. */
function isBeside({ stackName = '' }: SynthesizedStack, { target }: RegionForecastOptions): boolean {
  const { project, stage } = target;
  return [tableStackName(project, stage), edgeStackName(project, stage)].includes(stackName);
}

interface KnownStack {
  readonly stack: BackendStack | null;
  readonly before: Template | null;
}

async function readBeside(
  { stackName = '', region }: SynthesizedStack,
  options: RegionForecastOptions,
): Promise<KnownStack> {
  const at = { ...options, region: region ?? options.region };
  const stack = await describeStack(at.cloud.region(at.region), stackName, at.signal);
  return { stack, before: await templateOf(stack, at) };
}

/** Stacks that hold nothing: one whose creation failed, and one whose change set nobody carried out. */
const empty: ReadonlySet<string> = new Set(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS']);

async function templateOf(
  stack: BackendStack | null,
  { cloud, region, signal }: Pick<RegionForecastOptions, 'cloud' | 'region' | 'signal'>,
): Promise<Template | null> {
  if (stack === null || empty.has(stack.status)) return null;
  return flattenStack(await readDeployedStack(cloud.region(region), stack.stackId, signal));
}

function forecastStack(
  { stackName, region: place, tree }: SynthesizedStack,
  { target, region: owner, stack, before }: RegionForecastOptions & KnownStack,
): StackForecast {
  const after = flattenStack(tree);
  const name = stack?.stackName ?? stackName ?? `the backend of ${target.project}-${target.stage}`;
  return {
    stack: name,
    region: place ?? owner,
    owner,
    before,
    after,
    changes: compareStacks(before, after),
  };
}
