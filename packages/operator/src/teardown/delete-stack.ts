import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { askAws } from '../cloud/cloud-error.ts';
import { awaitSettled } from '../cloud/find-backend-stack.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { failedResources, renderFailedResources } from './failed-resources.ts';
import { isSourceRegionRule, SourceRegionRuleError } from './source-region-rule.ts';
import { TeardownError } from './teardown-error.ts';
import type { StepContext, StepOf } from './teardown-ports.ts';

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
 * @throws {SourceRegionRuleError} where DynamoDB's rule of 24 hours keeps a table of it
 * @throws {TeardownError} where CloudFormation could not delete some resource: named, with its reason
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
    return new SourceRegionRuleError(
      `Cannot delete stack ${stackName} in ${region}: its table ${rule.physicalId} may not go yet, as a replica was made from it.`,
    );
  }
  const list = failed.length === 0 ? '  CloudFormation names no resource' : renderFailedResources(failed);
  return new TeardownError(
    `Cannot delete stack ${stackName} in ${region}: it is ${status}, gone is needed. CloudFormation could not delete\n${list}\n` +
      'Each must be gone, or free to go. See to what its reason names, then run the same command again: it goes on from here.',
  );
}
