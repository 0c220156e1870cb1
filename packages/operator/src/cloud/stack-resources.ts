import {
  GetTemplateCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { askAws } from './cloud-error.ts';
import type { RegionClients } from './region-clients.ts';

/** Amplify nests stacks one deep; a bound, so that a wrong answer cannot go round. */
const DEPTH_MAX = 4;

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** A resource and the stack, nested or not, whose template has it. */
export interface OwnedResource {
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly statusReason: string;
}

/**
 * Every resource of a root stack, those of its nested stacks among them.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function ownedResources(
  clients: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<readonly OwnedResource[]> {
  return resourcesBelow(clients, { stackId, depth: 0 }, signal);
}

/**
 * Whether the template that is deployed keeps a resource when its stack goes. False where nobody can tell: then the
 * resource is treated as one that goes.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function isRetained(
  clients: RegionClients,
  { stackId, logicalId }: Pick<OwnedResource, 'stackId' | 'logicalId'>,
  signal: AbortSignal,
): Promise<boolean> {
  const template = templateSchema.safeParse(parseJson(await readTemplate(clients, stackId, signal)));
  const policy = template.success ? template.data.Resources[logicalId]?.DeletionPolicy : undefined;
  return policy?.startsWith('Retain') === true;
}

/**
 * The first resource of that type in a stack or in those nested in it; null where there is none.
 *
 * @param options.type CloudFormation's, such as `AWS::DynamoDB::GlobalTable`
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function findStackResource(
  clients: RegionClients,
  {
    stackId,
    type,
    signal,
  }: { readonly stackId: string; readonly type: string; readonly signal: AbortSignal },
): Promise<OwnedResource | null> {
  const owned = await ownedResources(clients, stackId, signal);
  const found = owned.find(
    (resource) =>
      resource.type === type && resource.physicalId !== '' && resource.status !== 'DELETE_COMPLETE',
  );
  return found ?? null;
}

/** The text of the template that is deployed. @throws {CloudError} when CloudFormation cannot be asked */
export async function readTemplate(
  { region, cloudFormation }: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<string> {
  const { TemplateBody = '' } = await askAws({ act: 'read the template of the stack', region }, () =>
    cloudFormation.send(new GetTemplateCommand({ StackName: stackId }), { abortSignal: signal }),
  );
  return TemplateBody;
}

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ DeletionPolicy: z.string().optional() })),
});

/**
 * The stacks that a stack nests, those that these nest not among them.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function nestedStacks(
  clients: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<readonly OwnedResource[]> {
  return (await resourcesOf(clients, stackId, signal)).filter(isNestedStack);
}

function isNestedStack({ type, physicalId, status }: OwnedResource): boolean {
  return type === NESTED_STACK && physicalId !== '' && status !== 'DELETE_COMPLETE';
}

async function resourcesBelow(
  clients: RegionClients,
  { stackId, depth }: { stackId: string; depth: number },
  signal: AbortSignal,
): Promise<OwnedResource[]> {
  if (depth >= DEPTH_MAX) return [];
  const own = await resourcesOf(clients, stackId, signal);
  const nested = own.filter(isNestedStack);
  const below: OwnedResource[][] = [];
  for (const { physicalId } of nested) {
    below.push(await resourcesBelow(clients, { stackId: physicalId, depth: depth + 1 }, signal));
  }
  return [...own, ...below.flat()];
}

async function resourcesOf(
  { region, cloudFormation }: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<OwnedResource[]> {
  const found: StackResourceSummary[] = [];
  await askAws({ act: 'list the resources of the stack', region }, async () => {
    const pages = paginateListStackResources(
      { client: cloudFormation },
      { StackName: stackId },
      { abortSignal: signal },
    );
    for await (const { StackResourceSummaries = [] } of pages) found.push(...StackResourceSummaries);
  });
  return found.map((resource) => ({
    stackId,
    logicalId: resource.LogicalResourceId ?? '',
    type: resource.ResourceType ?? '',
    physicalId: resource.PhysicalResourceId ?? '',
    status: resource.ResourceStatus ?? '',
    statusReason: resource.ResourceStatusReason ?? '',
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
