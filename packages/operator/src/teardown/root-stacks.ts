import { paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

/** A root stack, with what decides whether it may go and what it is for. */
export interface RootStack {
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  /** CloudFormation's. */
  readonly status: string;
  readonly hasTerminationProtection: boolean;
  /** Whether it has something to say to clients, as a backend does once it was made. */
  readonly hasOutputs: boolean;
}

/**
 * Every root stack of the stage in that region, whatever it is for: backends, and what stands beside them. Deleted ones
 * are left out.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function rootStacksOf(
  { region, cloudFormation }: RegionClients,
  { project, stage }: { readonly project: string; readonly stage: string },
  signal: AbortSignal,
): Promise<readonly RootStack[]> {
  const found: Stack[] = [];
  await askAws({ act: `find the stacks of '${project}-${stage}'`, region }, async () => {
    const pages = paginateDescribeStacks({ client: cloudFormation }, {}, { abortSignal: signal });
    for await (const { Stacks = [] } of pages) found.push(...Stacks.filter(isStandingRoot));
  });
  return found
    .filter((stack) => hasTag(stack, 'project', project) && hasTag(stack, 'stage', stage))
    .map((stack) => describe(stack, region));
}

function isStandingRoot({ ParentId, StackStatus }: Stack): boolean {
  return ParentId === undefined && StackStatus !== 'DELETE_COMPLETE';
}

function hasTag({ Tags = [] }: Stack, key: string, value: string): boolean {
  return Tags.some(({ Key, Value }) => Key === key && Value === value);
}

function describe(stack: Stack, region: string): RootStack {
  const { StackName = '', StackId = StackName, StackStatus = '', Outputs = [] } = stack;
  return {
    region,
    stackName: StackName,
    stackId: StackId,
    status: StackStatus,
    hasTerminationProtection: stack.EnableTerminationProtection ?? false,
    hasOutputs: Outputs.some(({ OutputKey }) => OutputKey === 'customOutputs'),
  };
}
