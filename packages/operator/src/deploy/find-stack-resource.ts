import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

/** Amplify's backends have two levels; more would be a loop. */
const DEPTH_MAX = 5;

/** A resource, and the stack that it stands in. */
export interface FoundResource {
  /** Name or id of the stack, nested or not. */
  readonly stackId: string;
  readonly physicalId: string;
}

/**
 * The first resource of that type in a stack or in those nested in it; null where there is none.
 *
 * @param type CloudFormation's, such as `AWS::DynamoDB::GlobalTable`
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function findStackResource(
  clients: RegionClients,
  {
    stackId,
    type,
    signal,
  }: { readonly stackId: string; readonly type: string; readonly signal: AbortSignal },
): Promise<FoundResource | null> {
  let level = [stackId];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth++) {
    const nested: string[] = [];
    for (const id of level) {
      for (const { ResourceType, PhysicalResourceId } of await resourcesOf(clients, {
        stackId: id,
        signal,
      })) {
        if (PhysicalResourceId === undefined) continue;
        if (ResourceType === type) return { stackId: id, physicalId: PhysicalResourceId };
        if (ResourceType === 'AWS::CloudFormation::Stack') nested.push(PhysicalResourceId);
      }
    }
    level = nested;
  }
  return null;
}

async function resourcesOf(
  { region, cloudFormation }: RegionClients,
  { stackId, signal }: { stackId: string; signal: AbortSignal },
): Promise<StackResourceSummary[]> {
  return askAws({ act: 'list the resources of the stack', region }, async () => {
    const found: StackResourceSummary[] = [];
    const pages = paginateListStackResources(
      { client: cloudFormation },
      { StackName: stackId },
      { abortSignal: signal },
    );
    for await (const { StackResourceSummaries = [] } of pages) found.push(...StackResourceSummaries);
    return found.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  });
}
