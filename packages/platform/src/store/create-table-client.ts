import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** How long, and how often, a client of the table tries. Together they bound every call. */
export interface TableClientOptions {
  readonly region: string;
  /** Calls made at most for one command, the first included. */
  readonly attemptsMax: number;
  /** Longest time to open a connection, per attempt. */
  readonly connectTimeoutMs: number;
  /** Longest time to wait for an answer, per attempt. */
  readonly attemptTimeoutMs: number;
}

/**
 * Makes the document client of the region's table. Everything that the SDK would choose by itself and that
 * decides how long a caller waits is stated here.
 */
export function createTableClient(options: TableClientOptions): DynamoDBDocumentClient {
  const { region, attemptsMax, connectTimeoutMs, attemptTimeoutMs } = options;
  const client = new DynamoDBClient({
    region,
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: attemptTimeoutMs,
      // Without it the SDK only logs that the time is over, and goes on waiting.
      throwOnRequestTimeout: true,
    },
  });
  return documentClient(client);
}

/** Makes a document client that reads and writes values as the platform does. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    // Numbers are JSON's doubles, in both directions: the contract has checked their range, and the SDK's
    // alternative, a BigInt, could not be answered as JSON.
    marshallOptions: { allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  });
}
