import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { freePort } from '@gsp/twin';
import { indexName, indexPartitionAttribute, indexSortAttribute } from '../../src/topology/names.ts';

/** A DynamoDB engine in a process of its own, in memory, with one table. */
export interface TableEngine {
  readonly endpoint: string;
  readonly tableName: string;
  /** Freezes the engine: connections are taken, nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Credentials that the engine accepts: any. */
const engineCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Slots of the table's pool of indexes. */
const slots = [1, 2, 3];

/** Starts an engine on a free port and creates the table `items` with the string keys `pk` and `sk` and three indexes. */
export async function startTableEngine(): Promise<TableEngine> {
  const port = await freePort();
  const require = createRequire(import.meta.url);
  const binary = join(dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  const child = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint,
    credentials: engineCredentials,
    maxAttempts: 1,
  });
  try {
    await untilAnswering(client, child);
    await client.send(
      new CreateTableCommand({
        TableName: 'items',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          ...slots
            .flatMap((slot) => [indexPartitionAttribute(slot), indexSortAttribute(slot)])
            .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        ],
        GlobalSecondaryIndexes: slots.map((slot) => ({
          IndexName: indexName(slot),
          KeySchema: [
            { AttributeName: indexPartitionAttribute(slot), KeyType: 'HASH' as const },
            { AttributeName: indexSortAttribute(slot), KeyType: 'RANGE' as const },
          ],
          Projection: { ProjectionType: 'ALL' as const },
        })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    client.destroy();
  }
  return {
    endpoint,
    tableName: 'items',
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function untilAnswering(client: DynamoDBClient, child: ChildProcess): Promise<void> {
  const giveUpAtMs = Date.now() + 10_000;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (cause) {
      if (child.exitCode !== null || Date.now() > giveUpAtMs) {
        throw new Error('Cannot start the engine: it does not answer within 10 s', { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Points the AWS SDK's environment variables at an engine; the function that is returned restores them. */
export function setEngineInEnvironment({ endpoint }: Pick<TableEngine, 'endpoint'>): () => void {
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: engineCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: engineCredentials.secretAccessKey,
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
