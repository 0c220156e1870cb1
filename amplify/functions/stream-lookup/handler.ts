import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStackAnswerer, findStream, putAnswer, writeLogLine } from '@gsp/platform/functions';

// One attempt of at most 4 s each: findStream() tries again by itself. Nothing here can throw at module load, where
// nobody would answer CloudFormation; so the environment is left to the SDK.
const client = new DynamoDBClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
});

/** Tells CloudFormation the ARN of the stream that a table has in this region. */
export const handler = createStackAnswerer({
  findStream: (tableName, signal) =>
    findStream(
      (TableName, abortSignal) => client.send(new DescribeTableCommand({ TableName }), { abortSignal }),
      tableName,
      { signal },
    ),
  putAnswer,
  log: writeLogLine,
});
