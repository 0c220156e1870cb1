import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CommandError } from '@gsp/cli-kit';
import type { TableReplica } from '@gsp/platform/maintenance';
import type { StageSettings, Topology } from '@gsp/platform/topology';
import { createTwinClient, TwinRequestError } from '@gsp/twin/control';
import { openCloud } from '../cloud/region-clients.ts';
import { stageTarget } from '../cloud/stage-target.ts';

/** Every replica of a stage's table, the primary's first. */
export interface OpenReplicas {
  readonly tableName: string;
  readonly replicas: readonly [TableReplica, ...TableReplica[]];
  /** What the stage says; undefined of a twin, whose templates do not. */
  readonly settings?: StageSettings;
  close(): void;
}

/** Which platform: a stage on AWS, or a twin by the URL of its control API. */
export interface ReplicasAddress {
  readonly stage?: string;
  readonly twin?: string;
}

/**
 * Opens the replicas of a table.
 *
 * @throws {CommandError} where no twin answers, or it has no table of the platform
 * @throws {CloudError} where the topology has no such stage
 */
export async function openReplicas(
  { stage = '', twin }: ReplicasAddress,
  { topology, signal }: { readonly topology: Topology; readonly signal: AbortSignal },
): Promise<OpenReplicas> {
  if (twin !== undefined) return openTwin(twin, signal);
  const { tableName, regions, settings } = stageTarget(topology, { stage });
  const cloud = openCloud();
  const replicas = regions.map((region) => ({ region, client: cloud.region(region).dynamoDb }));
  return { tableName, settings, replicas: atLeastOne(replicas), close: () => cloud.close() };
}

/** A region of the twin that is stopped takes connections and answers nothing. */
const BOUNDS = { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** A twin takes whoever is none of its functions for the account's administrator: any key will do. */
const CREDENTIALS = { accessKeyId: 'operator', secretAccessKey: 'operator' };

async function openTwin(url: string, signal: AbortSignal): Promise<OpenReplicas> {
  const { regions } = await createTwinClient(url)
    .state(signal)
    .catch((cause: unknown) => {
      if (cause instanceof TwinRequestError) throw new CommandError(`${cause.message}.`, { cause });
      throw cause;
    });
  const [tableName] = regions[0]?.tables.filter((name) => name.endsWith('-items')) ?? [];
  if (tableName === undefined)
    throw new CommandError(`The twin at ${url} has no table of the platform. Name another one with --twin.`);
  const clients = regions.map(({ region, dynamodb }) => ({
    region,
    client: new DynamoDBClient({
      region,
      endpoint: dynamodb,
      credentials: CREDENTIALS,
      requestHandler: BOUNDS,
    }),
  }));
  const close = () => {
    for (const { client } of clients) client.destroy();
  };
  return { tableName, replicas: atLeastOne(clients), close };
}

function atLeastOne(replicas: readonly TableReplica[]): OpenReplicas['replicas'] {
  const [primary, ...others] = replicas;
  if (primary !== undefined) return [primary, ...others];
  throw new TypeError('Cannot open the table: the stage has no regions, at least one is needed');
}
