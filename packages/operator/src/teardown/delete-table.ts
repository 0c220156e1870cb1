import {
  DeleteTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { CommandError, poll } from '@gsp/cli-kit';
import { askAws, isTransient } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { describeTable } from '../cloud/table.ts';
import type { DeletionBounds } from './delete-stack.ts';
import { isSourceRegionRule, sourceRegionRuleError } from './source-region-rule.ts';
import type { StepContext, StepOf } from './teardown-plan.ts';

type Bounded = StepContext & DeletionBounds;

/**
 * Turns one replica's deletion protection off: it is never synchronised, so each has to be asked where it is.
 *
 * @throws {CommandError} when it is not off in time
 * @throws {CloudError} when DynamoDB cannot be asked
 */
export function unprotectTable(
  clients: RegionClients,
  { tableName, region }: StepOf<'protection'>,
  context: Bounded,
): Promise<void> {
  const act = `turn off the deletion protection of ${tableName} in ${region}`;
  return untilTable(clients, { act, tableName, context }, async (table) => {
    if (table === null) return true;
    if (table.DeletionProtectionEnabled !== true) return isFree(table);
    if (isFree(table)) {
      await updateTable(
        clients,
        { act, update: { TableName: tableName, DeletionProtectionEnabled: false } },
        context,
      );
    }
    return false;
  });
}

/**
 * Removes replicas, and where they are the last of a strongly consistent table its witnesses, from the table that the
 * step's region has. DynamoDB takes one replica in one call, or all of a strongly consistent table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 * @throws a {@link sourceRegionRuleError} where DynamoDB's rule of 24 hours keeps one
 * @throws {CommandError} when they are not gone in time
 * @throws {CloudError} when DynamoDB cannot be asked
 */
export function removeReplicas(
  clients: RegionClients,
  { tableName, removed, witnesses }: StepOf<'replica'>,
  context: Bounded,
): Promise<void> {
  const act = `remove ${tableName} from ${removed.join(', ')}`;
  return untilTable(clients, { act, tableName, context }, async (table) => {
    const left = (table?.Replicas ?? []).filter(({ RegionName = '' }) => removed.includes(RegionName));
    if (left.length === 0) return table === null || isFree(table);
    context.onProgress(
      left.map(({ RegionName, ReplicaStatus }) => `${RegionName} ${ReplicaStatus}`).join(', '),
    );
    if (table === null || !isFree(table) || left.some(({ ReplicaStatus }) => ReplicaStatus === 'DELETING'))
      return false;
    const update: UpdateTableCommandInput = {
      TableName: tableName,
      ReplicaUpdates: left.map(({ RegionName }) => ({ Delete: { RegionName } })),
      ...(witnesses.length > 0 && {
        GlobalTableWitnessUpdates: witnesses.map((RegionName) => ({ Delete: { RegionName } })),
      }),
    };
    await updateTable(clients, { act, update }, context);
    return false;
  });
}

/**
 * Deletes the table of one region, with everything in it, and waits until it is gone.
 *
 * @throws a {@link sourceRegionRuleError} where DynamoDB's rule of 24 hours keeps it
 * @throws {CommandError} when it is not gone in time
 * @throws {CloudError} when DynamoDB cannot be asked
 */
export function deleteTable(
  clients: RegionClients,
  { tableName, region }: StepOf<'table'>,
  context: Bounded,
): Promise<void> {
  const act = `delete the table ${tableName} in ${region}`;
  return untilTable(clients, { act, tableName, context }, async (table) => {
    if (table === null) return true;
    context.onProgress(table.TableStatus ?? '');
    if (!isFree(table)) return false;
    await tolerate(act, () =>
      askAws({ act: `delete the table ${tableName}`, region }, () =>
        clients.dynamoDb.send(new DeleteTableCommand({ TableName: tableName }), {
          abortSignal: context.signal,
        }),
      ),
    );
    return false;
  });
}

/** DynamoDB changes a table, or lets it go, only while it does nothing else to it. */
function isFree({ TableStatus }: TableDescription): boolean {
  return TableStatus === 'ACTIVE' || TableStatus === 'INACCESSIBLE_ENCRYPTION_CREDENTIALS';
}

/** Asks again until the answer is true: that AWS does not answer for a while ends nothing that it is doing. */
async function untilTable(
  clients: RegionClients,
  { act, tableName, context }: { act: string; tableName: string; context: Bounded },
  attempt: (table: TableDescription | null) => Promise<boolean>,
): Promise<void> {
  const { signal, timeoutMs, pollMs } = context;
  await poll(async () => (await attempt(await describeTable(clients, { tableName, signal }))) || undefined, {
    signal,
    timeoutMs,
    intervalMs: pollMs,
    isTransient,
    timedOut: (cause) =>
      new CommandError(
        `Cannot ${act}: it is not done after ${Math.round(timeoutMs / 60_000)} min, its end is needed. ` +
          'AWS goes on by itself: run the same command again later.',
        { cause },
      ),
  });
}

function updateTable(
  { region, dynamoDb }: RegionClients,
  { act, update }: { act: string; update: UpdateTableCommandInput },
  { signal }: Bounded,
): Promise<void> {
  return tolerate(act, () =>
    askAws({ act: `change the table ${update.TableName}`, region }, () =>
      dynamoDb.send(new UpdateTableCommand(update), { abortSignal: signal }),
    ),
  );
}

/** Sends what may come too early, or too late: the next look at the table tells. */
async function tolerate(act: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof ResourceInUseException || error instanceof ResourceNotFoundException) return;
    if (error instanceof Error && isSourceRegionRule(error.message)) {
      throw sourceRegionRuleError(`Cannot ${act}: a replica was made from it.`, error);
    }
    throw error;
  }
}
