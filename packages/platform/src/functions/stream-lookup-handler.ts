import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeLogLine } from './runtime.ts';
import { createStackAnswerer, type StackAnswerer } from './stream-lookup/answer-stack.ts';
import { findStream } from './stream-lookup/find-stream.ts';
import { putAnswer } from './stream-lookup/put-answer.ts';

/**
 * Makes the function that tells CloudFormation the ARN of the stream that a table has in this region. Nothing here can
 * throw at module load, where nobody would answer CloudFormation; so the environment is left to the SDK.
 */
export function createStreamLookupHandler(): StackAnswerer {
  // One attempt of at most 4 s each: findStream() tries again by itself.
  const client = new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
  });
  return createStackAnswerer({
    findStream: (tableName, signal) =>
      findStream(
        (TableName, abortSignal) => client.send(new DescribeTableCommand({ TableName }), { abortSignal }),
        tableName,
        { signal },
      ),
    putAnswer,
    log: writeLogLine,
  });
}
