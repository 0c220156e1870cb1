import type { RegionClients } from '../cloud/region-clients.ts';
import { type OwnedResource, ownedResources } from './owned-resources.ts';

const NESTED_STACK = 'AWS::CloudFormation::Stack';
const SHOWN_MAX = 8;

/**
 * Resources that CloudFormation could not delete, those of nested stacks among them. A nested stack itself is told only
 * where nothing in it says more.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function failedResources(
  clients: RegionClients,
  stackId: string,
  signal: AbortSignal,
): Promise<readonly OwnedResource[]> {
  const failed = (await ownedResources(clients, stackId, signal)).filter(
    ({ status }) => status === 'DELETE_FAILED',
  );
  const inNested = failed.filter(({ type }) => type !== NESTED_STACK);
  return inNested.length > 0 ? inNested : failed;
}

/** Failed resources, one a line: logical id, type, and CloudFormation's reason. */
export function renderFailedResources(failed: readonly OwnedResource[]): string {
  const lines = failed
    .slice(0, SHOWN_MAX)
    .map(
      ({ logicalId, type, statusReason }) => `  ${logicalId} (${type}): ${statusReason || 'no reason given'}`,
    );
  const more = failed.length - SHOWN_MAX;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}
