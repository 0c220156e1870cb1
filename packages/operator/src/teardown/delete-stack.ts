import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { CommandError } from '@gsp/cli-kit';
import { askAws } from '../cloud/cloud-error.ts';
import { awaitSettled } from '../cloud/find-backend-stack.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { type OwnedResource, ownedResources } from '../cloud/stack-resources.ts';
import { isSourceRegionRule, sourceRegionRuleError } from './source-region-rule.ts';
import type { StepContext, StepOf } from './teardown-plan.ts';

/** How often, and how long, what AWS deletes is asked for. */
export interface DeletionBounds {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

/** The stack may still show what it was before the deletion was asked for. */
const LOOKS_AT_AN_OLD_STATUS = 2;

/**
 * Deletes a root stack, and with it its nested ones, and waits until it is gone.
 *
 * @throws a {@link sourceRegionRuleError} where DynamoDB's rule of 24 hours keeps a table of it
 * @throws {CommandError} where CloudFormation could not delete some resource: named, with its reason
 * @throws {CloudError} where CloudFormation cannot be asked, or is not done in time
 */
export async function deleteStack(
  clients: RegionClients,
  step: StepOf<'stack'>,
  { signal, onProgress, timeoutMs, pollMs }: StepContext & DeletionBounds,
): Promise<void> {
  const { region, cloudFormation } = clients;
  const { stackId, stackName } = step;
  await askAws({ act: `delete the stack ${stackName}`, region }, () =>
    cloudFormation.send(new DeleteStackCommand({ StackName: stackName }), { abortSignal: signal }),
  );
  let status = '';
  for (let looks = 0; looks < LOOKS_AT_AN_OLD_STATUS; looks += 1) {
    if (looks > 0) await sleep(pollMs, undefined, { signal });
    const settled = await awaitSettled(clients, stackId, {
      timeoutMs,
      pollMs,
      signal,
      onEvent: ({ LogicalResourceId = '', ResourceStatus = '' }) =>
        onProgress(`${LogicalResourceId} ${ResourceStatus}`),
    });
    if (settled === null) return;
    status = settled.status;
  }
  throw await notDeleted(clients, { step, status }, signal);
}

async function notDeleted(
  clients: RegionClients,
  { step, status }: { step: StepOf<'stack'>; status: string },
  signal: AbortSignal,
): Promise<Error> {
  const { stackId, stackName, region } = step;
  const failed = await failedResources(clients, stackId, signal);
  const rule = failed.find(({ statusReason }) => isSourceRegionRule(statusReason));
  if (rule !== undefined) {
    return sourceRegionRuleError(
      `Cannot delete stack ${stackName} in ${region}: its table ${rule.physicalId} may not go yet, as a replica was made from it.`,
    );
  }
  const list = failed.length === 0 ? '  CloudFormation names no resource' : renderFailedResources(failed);
  return new CommandError(
    `Cannot delete stack ${stackName} in ${region}: it is ${status}, gone is needed. CloudFormation could not delete\n${list}\n` +
      'Each must be gone, or free to go. See to what its reason names, then run the same command again: it goes on from here.',
  );
}

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
