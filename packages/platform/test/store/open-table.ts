import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { setEngineInEnvironment, startTableEngine, type TableEngine } from './start-table-engine.ts';

/** A table in an engine of its own, with the client that functions use. */
export interface OpenTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly engine: TableEngine;
  close(): Promise<void>;
}

/** Starts an engine with a table and connects to it. */
export async function openTable(): Promise<OpenTable> {
  const engine = await startTableEngine();
  const restore = setEngineInEnvironment(engine);
  const client = createTableClient({
    region: 'eu-west-1',
    attemptsMax: 1,
    connectTimeoutMs: 2_000,
    attemptTimeoutMs: 5_000,
  });
  const close = async () => {
    client.destroy();
    restore();
    await engine.stop();
  };
  return { client, tableName: engine.tableName, engine, close };
}
