import { CommandError } from '@gsp/cli-kit';
import { isComplete } from '../cloud/backend-stack.ts';
import { CloudError, withAwsTimeout } from '../cloud/cloud-error.ts';
import { findBackendStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { mergeOutputs } from '../start/twin-outputs.ts';

const READ_TIMEOUT_MS = 20_000;

/** The outputs of a deployed stage. */
export interface CollectedOutputs {
  /** The text of an `amplify_outputs.json`. */
  readonly text: string;
  /** Regions that are in it, the primary first. */
  readonly regions: readonly string[];
  /** What is amiss with Regions, one line each; only where that is allowed. */
  readonly warnings: readonly string[];
}

interface RegionOutputs {
  readonly region: string;
  /** Null where the Region puts nothing out. */
  readonly customOutputs: string | null;
  /** What is amiss, null where nothing is. */
  readonly complaint: string | null;
}

/**
 * Reads what the stack of every chosen Region puts out, side by side, and merges it for clients. It needs no file of a
 * deployment: the stacks themselves are asked.
 *
 * @param options.isPartial whether Regions may be amiss: those that put something out are in, whatever their state
 * @throws {CommandError} when a Region is amiss, with a line for each; or when none puts anything out
 * @throws {CloudError} when there are no valid credentials
 */
export async function collectOutputs(
  cloud: Cloud,
  target: StageTarget,
  { isPartial }: { readonly isPartial: boolean },
): Promise<CollectedOutputs> {
  const found = await Promise.all(target.chosen.map((region) => read(cloud, target, region)));
  const warnings = found.flatMap(({ complaint }) => (complaint === null ? [] : [complaint]));
  const there = found.flatMap(({ region, customOutputs }) =>
    customOutputs === null ? [] : [{ region, customOutputs }],
  );
  if (there.length === 0 || (warnings.length > 0 && !isPartial)) {
    throw new CommandError(complain(target, { warnings, isAnyThere: there.length > 0 }));
  }
  return {
    text: mergeOutputs(there.map(({ customOutputs }) => ({ customOutputs }))),
    regions: there.map(({ region }) => region),
    warnings,
  };
}

async function read(cloud: Cloud, target: StageTarget, region: string): Promise<RegionOutputs> {
  const amiss = (complaint: string, customOutputs: string | null = null) => ({
    region,
    customOutputs,
    complaint,
  });
  try {
    const stack = await withAwsTimeout(
      { act: 'read the outputs', region, timeoutMs: READ_TIMEOUT_MS },
      (signal) => findBackendStack(cloud.region(region), target, signal),
    );
    if (stack === null) return amiss(`${region} has no stack of stage '${target.stage}'`);
    const { status, statusReason, stackName } = stack;
    const customOutputs = isJsonObject(stack.customOutputs) ? stack.customOutputs : null;
    if (!isComplete(status)) {
      const because = statusReason === null ? '' : ` (${statusReason.replace(/\.$/, '')})`;
      const rest = customOutputs === null ? ', and puts nothing out' : '';
      return amiss(`${region} is ${status}${because}${rest}`, customOutputs);
    }
    if (customOutputs === null) {
      return amiss(`${region} has the stack ${stackName}, which puts nothing out for clients`);
    }
    return { region, customOutputs, complaint: null };
  } catch (error) {
    // Without credentials no Region can be read: said once, it is clearer.
    if (!(error instanceof CloudError) || error.reason === 'credentials') throw error;
    return amiss(`${region} cannot be read: ${error.message}`);
  }
}

function isJsonObject(text: string | null): boolean {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function complain(
  { branch, kind }: StageTarget,
  { warnings, isAnyThere }: { readonly warnings: readonly string[]; readonly isAnyThere: boolean },
): string {
  const needed = isAnyThere ? 'complete stacks are needed' : 'a stack is needed in one region at least';
  const remedies = [
    ...(kind === 'preview'
      ? [`The topology does not list '${branch}', so it is taken for a preview: check the name.`]
      : []),
    `Deploy it: npm run deploy -- --stage ${branch}.`,
    ...(isAnyThere ? ['Or write what is there with --partial.'] : []),
  ];
  return [
    `Cannot put the outputs of stage '${branch}' together: not every region is complete, ${needed}.`,
    ...warnings.map((warning) => `  ${warning}`),
    remedies.join(' '),
  ].join('\n');
}
